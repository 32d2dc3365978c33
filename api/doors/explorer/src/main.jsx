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
import { createRoot } from "react-dom/client";

import { examplesPlugin, fetchExamples } from "./examples.jsx";

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

// The question of a link, /explorer?query=...&variables=..., taken out of the address so that a reload
// does not ask it again.
function linked() {
  const given = new URLSearchParams(location.search);
  const query = given.get("query");
  if (!query) return null;
  history.replaceState(null, "", location.pathname);
  return { query, variables: given.get("variables") ?? "" };
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

const fetcher = createGraphiQLFetcher({
  url: ENDPOINT,
  subscriptionUrl: new URL(ENDPOINT, location.href.replace(/^http/, "ws")).href,
  enableIncrementalDelivery: false,
});

showNotice();
const link = linked();
const examples = await fetchExamples();
const tabs = link ? [link, ...examples] : examples;
const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];
if (examples.length) plugins.push(examplesPlugin(examples));

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    defaultTabs={tabs.length ? tabs : undefined}
    {...opening(examples, link)}
    isHeadersEditorEnabled
    // A key typed as a header is a secret: it lives as long as the page.
    shouldPersistHeaders={false}
    defaultEditorToolsVisibility
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>
      <a href="/">Duta</a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
