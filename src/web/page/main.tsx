import { render } from "preact";
import { App } from "./app.tsx";
import { connect } from "./connection.tsx";

connect();
addEventListener("online", connect);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") connect();
});
const root = document.getElementById("console");
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}
