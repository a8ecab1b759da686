import { graphql } from './gql/gql.ts';

// What Apollo Client and graphql-request ask, with types that graphql-codegen makes.

export const product = graphql(`
  query Product($id: ID!, $related: Int!) {
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
      related(first: $related) {
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
