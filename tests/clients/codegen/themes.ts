import { graphql } from "./made";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";

export const THEMES = graphql(`
  query Themes($first: Int!, $where: ThemeWhere) {
    themes(first: $first, where: $where) {
      totalCount
      nodes {
        id
        name
        brandDimensions
        ...Wider
      }
    }
  }

  fragment Wider on Theme {
    broader {
      id
    }
  }
`);

type Data = typeof THEMES extends TypedDocumentNode<infer D, any> ? D : never;
type Variables = typeof THEMES extends TypedDocumentNode<any, infer V> ? V : never;

export const CREATE = graphql(`
  mutation Create($entities: [ManyNewInput!]!) {
    createMany(entities: $entities, preview: true) {
      count
      errors {
        path
      }
    }
  }
`);

type Several = typeof CREATE extends TypedDocumentNode<any, infer V> ? V : never;

// What the contract never leaves out needs no question mark; a name may be missing.
export const ids = (data: Data): string[] => data.themes.nodes.map((theme) => theme.id);
export const names = (data: Data): (string | null | undefined)[] => data.themes.nodes.map((theme) => theme.name);
export const total = (data: Data): number => data.themes.totalCount;
export const variables: Variables = { first: 3, where: { name: { contains: "food" } } };
// @ts-expect-error the contract knows no such filter
export const wrong: Variables = { first: 3, where: { name: { contians: "food" } } };
// Each of several things says what the input of its type does, and is of one type.
export const several: Several = {
  entities: [{ id: "theme:soy", input: { theme: { name: "Soy" } } }, { input: { asset: { title: "Tempe", year: 1990 } } }],
};
// @ts-expect-error the input of a theme has no title
export const strange: Several = { entities: [{ input: { theme: { title: "Soy" } } }] };
// @ts-expect-error a thing is of one type
export const both: Several = { entities: [{ input: { theme: { name: "Soy" }, asset: { title: "Tempe" } } }] };
