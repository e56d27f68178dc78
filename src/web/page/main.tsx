import { render } from "preact";
import { App, type Views } from "./app.tsx";
import { connect } from "./connection.tsx";
import { listPages } from "./pages.ts";

/** All of them were asked for ahead, with the document. */
async function loadViews(): Promise<Views> {
  const loading = listPages().map(async ({ name }) => [name, (await import(`./pages/${name}.js`)).Page]);
  return Object.fromEntries(await Promise.all(loading)) as Views;
}

connect();
addEventListener("online", connect);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") connect();
});
const root = document.getElementById("console");
if (root !== null) {
  const views = await loadViews();
  root.replaceChildren();
  render(<App views={views} />, root);
}
