import type { Fault } from "../../../base/document/finding.ts";

/** Elements that the drawing library draws, in bounded time. */
export const drawn: ReadonlySet<string> = new Set(
  [
    "circle clipPath defs ellipse g line linearGradient path polygon polyline",
    "radialGradient rect stop use",
  ].flatMap((names) => names.split(" ")),
);

/** Elements that draw nothing: whatever is in them is left out. */
export const silent: ReadonlySet<string> = new Set(["title", "desc", "metadata"]);

/** Why an element is refused, where there is more to say than that it is not drawn. */
export const refusals: Readonly<Record<string, Fault>> = {
  script: { message: "holds a script", hint: "leave it out" },
  image: { message: "holds another picture", hint: "save the whole as PNG" },
  foreignObject: { message: "holds another document", hint: "save it as PNG" },
  style: {
    message: "has a style sheet, which keys do not draw",
    hint: "save it as plain SVG with presentation attributes, or as PNG",
  },
  text: {
    message: "has letters, which each machine draws in another font",
    hint: "turn them into paths, or save it as PNG",
  },
};

/** Attributes and properties of these elements; all others, such as classes, change nothing. */
export const attributes: ReadonlySet<string> = new Set(
  [
    "id d x y x1 y1 x2 y2 cx cy r rx ry fx fy points width height offset",
    "transform gradientTransform gradientUnits spreadMethod clipPathUnits",
    "fill fill-opacity fill-rule clip-path clip-rule opacity color display visibility stop-color stop-opacity",
    "stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit",
    "stroke-opacity stroke-width",
  ].flatMap((names) => names.split(" ")),
);
