// Where Monaco finds its workers: plain files beside the bundle, so that `worker-src 'self'` is enough.
const FILES = { graphql: "graphql.worker.js", json: "json.worker.js" };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(new URL(FILES[label] ?? "editor.worker.js", import.meta.url)),
};
