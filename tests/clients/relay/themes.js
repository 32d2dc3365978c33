import { graphql } from "relay-runtime";

graphql`
  query themesQuery($id: ID!, $count: Int!) {
    theme(id: $id) {
      id
      name(locale: "en")
      ...themes_assets @arguments(count: $count)
    }
  }
`;

graphql`
  fragment themes_assets on Theme
  @refetchable(queryName: "themesMoreQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    assets(first: $count, after: $cursor, order: [{ field: TITLE }]) @connection(key: "themes_assets") {
      edges {
        weight
        node {
          id
          title(locale: "en")
        }
      }
    }
  }
`;
