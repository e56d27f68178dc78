import { render } from "preact";
import { App } from "./app.tsx";
import { connect } from "./connection.tsx";
import { loadViews } from "./views.ts";

/** Absent where the browser was found to be too old. */
const root = document.getElementById("console");
if (root !== null) {
  connect();
  addEventListener("online", connect);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") connect();
  });
  const views = await loadViews();
  root.replaceChildren();
  render(<App views={views} />, root);
}
