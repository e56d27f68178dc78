import type { HttpBindings } from "@hono/node-server";
import type { Visitor } from "./entrance.ts";

/** What is known of every request. */
export type Bindings = { readonly Bindings: HttpBindings; readonly Variables: { visitor: Visitor } };
