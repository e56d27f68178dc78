import { StreamLanguage } from "@codemirror/language";

interface State {
  /** Brackets that are open, and whether a comment goes on. */
  depth: number;
  isInComment: boolean;
}

/** JSON with comments, line by line: broken text is coloured as far as it can be. */
export const jsonc = StreamLanguage.define<State>({
  name: "jsonc",
  startState: () => ({ depth: 0, isInComment: false }),
  token(stream, state) {
    if (state.isInComment) {
      state.isInComment = !stream.match(/^.*?\*\//);
      if (state.isInComment) stream.skipToEnd();
      return "comment";
    }
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match("/*")) {
      state.isInComment = true;
      return "comment";
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return stream.match(/^\s*:/, false) ? "propertyName" : "string";
    if (stream.match(/^-?\d[\d.eE+-]*/)) return "number";
    if (stream.match(/^(?:true|false|null)\b/)) return "atom";
    const mark = stream.next() ?? "";
    if ("{[".includes(mark)) state.depth += 1;
    if ("}]".includes(mark)) state.depth = Math.max(0, state.depth - 1);
    return "{}[]".includes(mark) ? "bracket" : "punctuation";
  },
  indent: (state, after, context) => (state.depth - (/^\s*[}\]]/.test(after) ? 1 : 0)) * context.unit,
  languageData: {
    commentTokens: { line: "//", block: { open: "/*", close: "*/" } },
    closeBrackets: { brackets: ["{", "[", '"'] },
    indentOnInput: /^\s*[}\]]$/,
  },
});
