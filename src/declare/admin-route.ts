/** Whether a route is served on the admin port only. @param path of the route */
export const isAdminRoute = (path: string): boolean => /^\/(admin(\/|$)|metrics$)/.test(path);
