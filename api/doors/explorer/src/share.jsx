// A sidebar pane that keeps the question of the tab: as a file, or as a link; and opens such a file.
import { useGraphiQL } from "@graphiql/react";
import { useId, useState } from "react";

import { useOpen } from "./opening.js";
import { linkOf, questionOf, textOf, titleOf } from "./question.js";

const MOST_BYTES = 1_000_000;

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" height="1em">
      <path d="M12 3v11m0 0 4-4m-4 4-4-4M4 16v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3" />
    </svg>
  );
}

function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/graphql" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function fileName(title) {
  const slug = title.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `${slug.slice(0, 60) || "question"}.graphql`;
}

function Share() {
  const openTab = useOpen();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const [title, setTitle] = useState(null);
  const [link, setLink] = useState("");
  const [said, setSaid] = useState("");
  const titleId = useId();
  const linkId = useId();

  const query = queryEditor?.getValue() ?? "";
  const variables = variableEditor?.getValue() ?? "";
  const called = (title ?? titleOf(query)).replace(/\s+/g, " ").trim() || "A question";

  const save = () => {
    try {
      download(fileName(called), textOf({ title: called, query: queryEditor.getValue(), variables: variableEditor.getValue() }));
      setSaid("Saved with the browser's downloads. Headers are not in it.");
    } catch {
      setSaid("The variables are no JSON. Mend them first.");
    }
  };
  const open = async ({ target }) => {
    const file = target.files[0];
    target.value = "";
    if (!file) return;
    if (file.size > MOST_BYTES) return setSaid("The file is larger than a megabyte, which no question is.");
    try {
      const question = questionOf(await file.text(), file.name);
      openTab(question);
      setSaid(`Opened “${question.title}”.`);
    } catch {
      setSaid(`${file.name} has variables that are no JSON.`);
    }
  };
  const share = async () => {
    const made = linkOf({ query: queryEditor.getValue(), variables: variableEditor.getValue() });
    setLink(made);
    try {
      await navigator.clipboard.writeText(made);
      setSaid("Copied. Headers are not in it.");
    } catch {
      setSaid("Copy it from the field. Headers are not in it.");
    }
  };

  return (
    <section aria-label="Keep and share" className="share">
      <div className="graphiql-doc-explorer-title">Keep and share</div>
      <label htmlFor={titleId}>Title</label>
      <input id={titleId} value={title ?? titleOf(query)} maxLength={200} onChange={(event) => setTitle(event.target.value)} />
      <button type="button" onClick={save}>
        Save as a file
      </button>
      <label className="file">
        Open a file
        <input type="file" accept=".graphql,.gql,.txt" onChange={open} />
      </label>
      <button type="button" onClick={share}>
        Copy a link
      </button>
      {link && (
        <>
          <label htmlFor={linkId}>Link</label>
          <input id={linkId} readOnly value={link} onFocus={(event) => event.target.select()} />
        </>
      )}
      <p role="status">{said}</p>
    </section>
  );
}

export const sharePlugin = { title: "Keep and share", icon: Icon, content: Share };
