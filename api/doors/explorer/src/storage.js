// What GraphiQL keeps in the browser. Its history would keep headers too, and so keys; here it keeps them until the
// page is left, and no longer.
const OURS = "graphiql:";
const QUESTIONS = new Set(["graphiql:queries", "graphiql:favorites"]);

const ours = () => Object.keys(localStorage).filter((key) => key.startsWith(OURS));

function withoutHeaders(questions) {
  return JSON.stringify(JSON.parse(questions), (name, value) => (name === "headers" ? undefined : value));
}

export const storage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, QUESTIONS.has(key) ? withoutHeaders(value) : value),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => ours().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return ours().length;
  },
};
