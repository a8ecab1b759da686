import { RestView, ViewField } from '#libs/view';

/** The next step after a logout. */
@RestView('BrowserLogout')
export class BrowserLogoutView {
  @ViewField(() => String, {
    description: 'The URL that ends the session at the provider; its query contains an ID token.',
  })
  endSessionUrl!: string;
}
