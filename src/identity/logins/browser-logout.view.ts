import { RestView, Shown } from '#libs/view';

/** The next step after a logout. */
@RestView('BrowserLogout')
export class BrowserLogoutView {
  @Shown(() => String, {
    description: 'Where a browser goes to end its session at the provider; it has an ID token in its query.',
  })
  endSessionUrl!: string;
}
