import { RestView, ViewField } from '#libs/view';

/** The picture of a person, in three sizes. */
@RestView('Avatar')
export class AvatarView {
  @ViewField(() => String, { description: 'The path of the picture, at most 96 pixels wide and high.' })
  small!: string;

  @ViewField(() => String, { description: 'At most 320 pixels.' })
  medium!: string;

  @ViewField(() => String, { description: 'At most 1,024 pixels.' })
  large!: string;
}
