import { graphql } from './graphql.ts';

// What urql asks, with types that gql.tada infers.

export const product = graphql(`
  query Product($id: ID!) {
    product(id: $id) {
      product {
        id
        name
        rating
        price {
          amountMinor
          currency
        }
      }
      related(first: 2) {
        id
      }
    }
  }
`);

export const placeOrder = graphql(`
  mutation PlaceOrder($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
      __typename
      ... on OrderAccepted {
        order {
          id
          status
          placedAt
        }
      }
      ... on OrderRefused {
        code
        lines {
          productId
          requested
          available
        }
      }
    }
  }
`);

export const logIn = graphql(`
  mutation LogIn($input: LoginInput!) {
    login(input: $input) {
      accessToken
      tokenType
    }
  }
`);

export const refresh = graphql(`
  mutation Refresh($input: RefreshInput!) {
    refresh(input: $input) {
      accessToken
    }
  }
`);

export const me = graphql(`
  query Me {
    me {
      id
      name
    }
  }
`);

export const rename = graphql(`
  mutation Rename($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      user {
        id
        name
      }
    }
  }
`);

export const front = graphql(`
  query Front {
    me {
      id
      name
    }
    products(pageSize: 2) {
      items {
        id
      }
    }
    orders(first: 2) {
      nodes {
        id
      }
    }
  }
`);

export const orders = graphql(`
  query Orders($first: Int!, $after: String) {
    orders(first: $first, after: $after) {
      edges {
        cursor
        node {
          id
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`);

export const homeName = graphql(`
  query HomeName {
    home {
      user {
        id
        name
      }
    }
  }
`);

export const homeProducts = graphql(`
  query HomeProducts {
    home {
      recommendations(first: 2) {
        id
        price {
          amountMinor
        }
      }
    }
  }
`);

export const again = graphql(`
  query Again($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Product {
        name
      }
    }
  }
`);

export const orderStatus = graphql(`
  subscription OrderStatus($id: ID!) {
    orderStatus(id: $id) {
      status
      isFinal
    }
  }
`);

/** An operation of the gateway's folder of clients, and its id. */
export const mobileOrders = graphql.persisted(
  'mobile/orders',
  graphql(`
    query MobileOrders($after: String, $first: Int! = 20, $status: OrderStatus) {
      orders(first: $first, after: $after, status: $status) {
        nodes {
          id
        }
      }
    }
  `),
);
