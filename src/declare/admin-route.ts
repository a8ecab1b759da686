/** Whether a route is for operators alone: it exists on the admin port, and nowhere else. @param path of the route */
export const isAdminRoute = (path: string): boolean => /^\/(admin(\/|$)|metrics$)/.test(path);
