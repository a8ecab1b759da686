/** The kind of the jobs that count best sellers. */
export const BEST_SELLERS = 'products.best-sellers';
