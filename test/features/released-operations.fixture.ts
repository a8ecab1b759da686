/** Texts of operations that were released, and what became of them since. */
export const OLD = 'query WebProduct($id: ID!) { product(id: $id) { product { id name } } }';
export const RETIRING = 'query WebList { products(pageSize: 1) { total } }';
export const ENDED = 'query WebOldList { products(pageSize: 2) { total } }';
export const STATUS = 'subscription OrderStatus($id: ID!) { orderStatus(id: $id) { status } }';
export const OUTDATED = 'query WebPrices { products { items { price { cents } } } }';
