/** Folders that settings name, with their defaults, relative to the working directory. A confined gateway may read them. */
export const FOLDERS = {
  CLIENTS_DIR: 'clients',
  RELEASED_DIR: 'released',
  PORTAL_DIR: 'dist/portal',
  STOREFRONT_DIR: 'dist/storefront',
} as const;
