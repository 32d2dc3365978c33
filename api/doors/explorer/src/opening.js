// Opens a question in a tab of its own, to be asked as the tab in front is: with its headers, and so its key.
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";

export function useOpen() {
  const { addTab } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  return ({ query, variables }) => {
    const headers = headerEditor?.getValue() ?? "";
    addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
    headerEditor?.setValue(headers);
  };
}
