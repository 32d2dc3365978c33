// The example questions: the tabs of a first visit, and a pane that opens them again later.
import { useOpen } from "./opening.js";
import { asTab } from "./question.js";

/** The server's examples; none when it has none to give, for the explorer works without. */
export async function fetchExamples() {
  try {
    const answer = await fetch("/explorer/examples.json");
    return answer.ok ? (await answer.json()).map(asTab) : [];
  } catch (error) {
    console.warn("duta: no examples", error);
    return [];
  }
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" height="1em">
      <path d="M9 18h6M10 21h4M8.5 14.5a6 6 0 1 1 7 0c-.6.5-1 1.2-1 2h-5c0-.8-.4-1.4-1-2Z" />
    </svg>
  );
}

/** A sidebar pane that opens an example in a tab of its own. */
export function examplesPlugin(examples) {
  function Examples() {
    const open = useOpen();
    return (
      <section aria-label="Examples">
        <div className="graphiql-doc-explorer-title">Examples</div>
        <ul className="examples">
          {examples.map((example) => (
            <li key={example.title}>
              <button type="button" onClick={() => open(example)}>
                {example.title}
              </button>
            </li>
          ))}
        </ul>
      </section>
    );
  }
  return { title: "Examples", icon: Icon, content: Examples };
}
