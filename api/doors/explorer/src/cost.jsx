// Below the answer: what the question would cost, before it is run, and whether drafts are seen.
import { useGraphiQL } from "@graphiql/react";
import { useEffect, useId, useState } from "react";

const AFTER_MS = 400;
const NUMBER = new Intl.NumberFormat("en");

/** What a dry run says of a question: its price, or in a few words why it has none. */
async function priceOf(endpoint, question, headers, signal) {
  let body;
  try {
    body = { query: question.query, variables: question.variables.trim() ? JSON.parse(question.variables) : {} };
    if (question.operationName) body.operationName = question.operationName;
    if (headers.trim()) headers = JSON.parse(headers);
    else headers = {};
  } catch {
    return { said: "Variables or headers are no JSON yet." };
  }
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: { Accept: "application/json", ...headers, "Content-Type": "application/json", "Duta-Dry-Run": "1" },
    body: JSON.stringify(body),
    signal,
  });
  const { errors, extensions } = await answer.json();
  const cost = extensions?.cost;
  if (cost?.objects > cost?.limit) return { objects: cost.objects, limit: cost.limit };
  if (errors?.length) return { said: errors[0].message };
  return cost ? { objects: cost.objects, limit: cost.limit } : { said: "" };
}

function useQuestion() {
  const editors = [
    useGraphiQL((state) => state.queryEditor),
    useGraphiQL((state) => state.variableEditor),
    useGraphiQL((state) => state.headerEditor),
  ];
  const operationName = useGraphiQL((state) => state.operationName);
  const [texts, setTexts] = useState(["", "", ""]);
  useEffect(() => {
    let waiting;
    const read = () => setTexts(editors.map((editor) => editor?.getValue() ?? ""));
    const later = () => {
      clearTimeout(waiting);
      waiting = setTimeout(read, AFTER_MS);
    };
    const heard = editors.filter(Boolean).flatMap((editor) => [
      editor.onDidChangeModelContent(later),
      editor.onDidChangeModel(later),
    ]);
    later();
    return () => {
      clearTimeout(waiting);
      heard.forEach((one) => one.dispose());
    };
  }, editors);
  const [query, variables, headers] = texts;
  return { query, variables, headers, operationName };
}

/** The price of what stands in the editor, asked anew when somebody has stopped typing. */
export function Cost({ endpoint, perspective, setPerspective }) {
  const { query, variables, headers, operationName } = useQuestion();
  const [price, setPrice] = useState({ said: "" });
  const perspectiveId = useId();
  useEffect(() => {
    if (!query.replace(/#.*$/gm, "").trim()) {
      setPrice({ said: "" });
      return undefined;
    }
    const stop = new AbortController();
    priceOf(endpoint, { query, variables, operationName }, headers, stop.signal).then(setPrice, (error) => {
      if (error.name !== "AbortError") setPrice({ said: "The price is not known: the server does not answer." });
    });
    return () => stop.abort();
  }, [endpoint, query, variables, headers, operationName]);
  const over = price.objects > price.limit;
  return (
    <div className="cost">
      <span role="status" className={over ? "over" : undefined}>
        {price.objects === undefined
          ? price.said
          : `Asks for ${NUMBER.format(price.objects)} of ${NUMBER.format(price.limit)} objects${over ? ": shorten its pages" : ""}`}
      </span>
      {price.objects !== undefined && (
        <meter aria-hidden="true" min="0" max={price.limit} high={price.limit * 0.8} value={price.objects} />
      )}
      <label htmlFor={perspectiveId}>See</label>
      <select id={perspectiveId} value={perspective} onChange={(event) => setPerspective(event.target.value)}>
        <option value="PUBLISHED">what is published</option>
        <option value="DRAFT">drafts too</option>
      </select>
    </div>
  );
}
