import type { Route } from "./route.ts";
import type { ValtVersion } from "./settings.ts";

/** A route, with what stands in the places of its `{...}`. */
export interface Match {
  readonly route: Route;
  readonly values: readonly string[];
}

/** Finds the route of a request. */
export interface Router {
  /** The route, `wrong-method` when the path exists for another method, or undefined. */
  find(method: string, segments: readonly string[]): Match | "wrong-method" | undefined;
}

interface Node {
  readonly literals: Map<string, Node>;
  readonly byMethod: Map<string, Route>;
  wildcard: Node | undefined;
}

/** A tree of path segments, built once: a look-up costs one map access a segment. Words beat `{...}`. */
export function createRouter(routes: readonly Route[], version: ValtVersion): Router {
  const root = createNode();
  for (const route of routes) {
    if (route.versions.includes(version)) plant(root, route);
  }
  return {
    find(method, segments) {
      const values: string[] = [];
      let node: Node | undefined = root;
      for (const segment of segments) {
        const literal: Node | undefined = node.literals.get(segment);
        if (literal === undefined) values.push(segment);
        node = literal ?? node.wildcard;
        if (node === undefined) return undefined;
      }
      if (node.byMethod.size === 0) return undefined;
      const route = node.byMethod.get(method);
      return route === undefined ? "wrong-method" : { route, values };
    },
  };
}

function plant(root: Node, route: Route): void {
  let node = root;
  for (const segment of route.template.split("/")) node = child(node, segment);
  node.byMethod.set(route.method, route);
}

function child(node: Node, segment: string): Node {
  if (segment.startsWith("{")) {
    node.wildcard ??= createNode();
    return node.wildcard;
  }
  const known = node.literals.get(segment);
  if (known !== undefined) return known;
  const made = createNode();
  node.literals.set(segment, made);
  return made;
}

function createNode(): Node {
  return { literals: new Map(), byMethod: new Map(), wildcard: undefined };
}
