import { redact } from "../base/redact.ts";
import type { ConsoleSource } from "../bridge/console-source.ts";
import type { PanelPlan } from "../bridge/device-plan.ts";
import { describeBinding, labelOfPage, vocabularyOf } from "./describe-binding.ts";
import type { MappingSource } from "./mapping-source.ts";
import type { PageBindings } from "./page/protocol.ts";

/** Every page of a panel, whichever it shows now, with all that each binds itself, in the order of the controls. */
export function describePages(
  { id, controls, pages }: PanelPlan,
  source: Pick<ConsoleSource, "mapping" | "language" | "status">,
  file: MappingSource,
): readonly PageBindings[] {
  const { text } = source.mapping();
  const vocabulary = vocabularyOf(source);
  return [...pages].map(([page, bindings]) => ({
    page,
    label: labelOfPage(page, vocabulary.labels),
    bindings: controls
      .filter(({ id: control }) => bindings.has(control))
      .map((control) => {
        const info = describeBinding(control, bindings.get(control.id), vocabulary);
        const written = file.textOf(text, { device: id, control: control.id, page });
        return written === undefined ? info : { ...info, snippet: redact(written) };
      }),
  }));
}
