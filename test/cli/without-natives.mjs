// Loaded into the program before it starts: the packages that WITHOUT names, with commas, have no build here.
import { register } from "node:module";

const hooks = `
  const missing = ${JSON.stringify((process.env.WITHOUT ?? "").split(","))};
  export async function resolve(name, context, next) {
    if (missing.includes(name)) throw new Error("No native build was found for " + name);
    return next(name, context);
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
