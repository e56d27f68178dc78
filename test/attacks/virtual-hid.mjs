// Loaded into the program before it starts: node-hid is one that lists virtual units, whose reports a test sends.
import { register } from "node:module";

const place = new URL("./virtual-hid-units.mjs", import.meta.url).href;
const hooks = `
  export function resolve(name, context, next) {
    return name === "node-hid" ? { url: ${JSON.stringify(place)}, shortCircuit: true } : next(name, context);
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
