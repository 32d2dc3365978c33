// A question as a text to keep: a GraphQL document with its title and variables in a head of comments, as the
// example questions are; and as the fragment of a link, which no server is sent. Neither holds headers.

const HEAD = /^# (?:([a-z]{2}|variables): )(.*)$/;
const TITLE = /^# (.+)\n/;

/** The text of a question's file. */
export function textOf({ title, query, variables }) {
  const head = [`# en: ${title}`];
  if (variables.trim()) head.push(`# variables: ${JSON.stringify(JSON.parse(variables))}`);
  return `${head.join("\n")}\n${bare({ title, query }).trimEnd()}\n`;
}

/** The question in a file; one without a head is called after its file. */
export function questionOf(text, name) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const head = {};
  while (lines.length && HEAD.test(lines[0])) {
    const [, key, value] = lines.shift().match(HEAD);
    head[key] ??= value.trim();
  }
  const { variables, ...titles } = head;
  const title = titles.en ?? Object.values(titles)[0] ?? name.replace(/\.\w+$/, "");
  return asTab({ title, query: lines.join("\n").trim() + "\n", variables: variables && JSON.parse(variables) });
}

/** What a tab opens with. GraphiQL names a tab after its operation, so the title stands as a comment above it. */
export function asTab({ title, query, variables }) {
  return {
    title,
    query: query.startsWith("#") ? query : `# ${title}\n${query}`,
    variables: typeof variables === "object" && variables ? JSON.stringify(variables, null, 2) : (variables ?? ""),
  };
}

/** The title that stands above a query, or the name of its operation. */
export function titleOf(query) {
  return query.match(TITLE)?.[1].trim() ?? query.match(/\b(?:query|subscription)\s+(\w+)/)?.[1] ?? "A question";
}

/** A link that opens the question elsewhere. */
export function linkOf({ query, variables }) {
  const told = new URLSearchParams({ query });
  if (variables.trim()) told.set("variables", variables);
  return `${location.origin}${location.pathname}#${told}`;
}

/** The question of a link, #query=... or ?query=..., taken out of the address so that a reload does not open it again. */
export function linked() {
  for (const told of [location.hash.slice(1), location.search]) {
    const given = new URLSearchParams(told);
    const query = given.get("query");
    if (query) {
      history.replaceState(null, "", location.pathname);
      return { query, variables: given.get("variables") ?? "" };
    }
  }
  return null;
}

function bare({ title, query }) {
  return query.startsWith(`# ${title}\n`) ? query.slice(title.length + 3) : query;
}
