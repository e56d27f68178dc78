import { expect, test } from "vitest";
import { controlId } from "../../src/base/identifiers.ts";
import { FIRST_PAGE } from "../../src/base/page-names.ts";
import { bindingOn, type Page, type PanelPages } from "../../src/panel/pages.ts";
import { bindingsCalled } from "./panels.ts";

const pages: PanelPages = {
  first: bindingsCalled({ record: "record", turn: "to marks" }),
  others: new Map<string, Page>([
    ["marks", bindingsCalled({ turn: "to first", mark: "mark" })],
    ["empty", new Map()],
  ]),
};

test.each([
  ["the first page has what the device binds", FIRST_PAGE, { record: "record", turn: "to marks", mark: "" }],
  ["another page adds and overrides", "marks", { record: "record", turn: "to first", mark: "mark" }],
  ["an empty page is the first one again", "empty", { record: "record", turn: "to marks", mark: "" }],
  [
    "a page that an edit took away is the first one",
    "gone",
    { record: "record", turn: "to marks", mark: "" },
  ],
])("%s", (_, page, expected) => {
  for (const [control, name] of Object.entries(expected)) {
    const binding = bindingOn(pages, page, controlId(control));
    expect(binding?.look?.table.available.text ?? "", control).toBe(name);
  }
});
