import { graphql } from 'relay-runtime';

// What Relay asks. Its compiler reads this file; nothing runs it.

graphql`
  query documentsProductQuery($id: ID!) {
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
`;

graphql`
  mutation documentsPlaceOrderMutation($input: PlaceOrderInput!) {
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
`;

graphql`
  mutation documentsLogInMutation($input: LoginInput!) {
    login(input: $input) {
      accessToken
      tokenType
    }
  }
`;

graphql`
  mutation documentsRefreshMutation($input: RefreshInput!) {
    refresh(input: $input) {
      accessToken
    }
  }
`;

graphql`
  query documentsMeQuery {
    me {
      id
      name
    }
  }
`;

graphql`
  mutation documentsRenameMutation($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      user {
        id
        name
      }
    }
  }
`;

graphql`
  query documentsFrontQuery {
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
`;

graphql`
  query documentsFrontWholeQuery {
    me {
      id
    }
    orders(first: 2) @catch {
      nodes {
        id
      }
    }
  }
`;

graphql`
  query documentsOrdersQuery($count: Int!, $cursor: String) {
    ...documentsOrders @arguments(count: $count, cursor: $cursor)
  }
`;

graphql`
  fragment documentsOrders on Query
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" })
  @refetchable(queryName: "documentsOrdersPaginationQuery") {
    orders(first: $count, after: $cursor) @connection(key: "documents_orders") {
      edges {
        node {
          id
        }
      }
    }
  }
`;

graphql`
  fragment documentsCard on Product @refetchable(queryName: "documentsCardRefetchQuery") {
    id
    name
  }
`;

graphql`
  subscription documentsOrderStatusSubscription($id: ID!) {
    orderStatus(id: $id) {
      status
      isFinal
    }
  }
`;
