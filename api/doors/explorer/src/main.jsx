// GraphiQL against /graphql of the same origin. Nothing here talks to anyone else.
import "./workers.js";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./main.css";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { useState } from "react";
import { createRoot } from "react-dom/client";

import { Cost } from "./cost.jsx";
import { examplesPlugin, fetchExamples } from "./examples.jsx";
import { linked } from "./question.js";
import { sharePlugin } from "./share.jsx";
import { storage } from "./storage.js";

const ENDPOINT = "/graphql";

function showNotice() {
  const text = document.querySelector('meta[name="duta-notice"]')?.content.trim();
  if (!text) return;
  const notice = document.createElement("p");
  notice.id = "notice";
  notice.setAttribute("role", "note");
  notice.dir = "auto";
  notice.textContent = text;
  document.body.prepend(notice);
}

function rememberedTabs() {
  try {
    return JSON.parse(localStorage.getItem("graphiql:tabState")) ?? {};
  } catch {
    return {};
  }
}

// GraphiQL opens its first tab without that tab's variables unless it is told both; a query it
// remembers by itself is left to it, for handing it another would add a tab at every visit.
function opening(examples, link) {
  if (link) return { initialQuery: link.query, initialVariables: link.variables };
  if (localStorage.getItem("graphiql:query") !== null) return {};
  const { tabs = examples, activeTabIndex = 0 } = rememberedTabs();
  const tab = tabs[activeTabIndex];
  return tab ? { initialQuery: tab.query ?? "", initialVariables: tab.variables ?? "" } : {};
}

const asking = createGraphiQLFetcher({
  url: ENDPOINT,
  subscriptionUrl: new URL(ENDPOINT, location.href.replace(/^http/, "ws")).href,
  enableIncrementalDelivery: false,
});

// A link pasted where the explorer is open already changes no more than the fragment.
addEventListener("hashchange", () => location.reload());

showNotice();
const link = linked();
const examples = await fetchExamples();
const tabs = link ? [link, ...examples] : examples;
const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false }), sharePlugin];
if (examples.length) plugins.push(examplesPlugin(examples));
const first = opening(examples, link);

function Explorer() {
  const [perspective, setPerspective] = useState("PUBLISHED");
  // The choice below the answer is a header; published is what there is without one.
  const chosen = perspective === "PUBLISHED" ? {} : { "Duta-Perspective": perspective };
  const fetcher = (question, options) => asking(question, { ...options, headers: { ...chosen, ...options?.headers } });
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      defaultTabs={tabs.length ? tabs : undefined}
      {...first}
      isHeadersEditorEnabled
      // A key typed as a header is a secret: it lives as long as the page, and in no file, link or storage.
      shouldPersistHeaders={false}
      storage={storage}
      defaultEditorToolsVisibility
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <a href="/">Duta</a>
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <Cost endpoint={ENDPOINT} perspective={perspective} setPerspective={setPerspective} />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}

createRoot(document.getElementById("graphiql")).render(<Explorer />);
