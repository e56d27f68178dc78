/** A list to choose one of, or `all`, which is the empty text. */
export function Choice(props: {
  readonly label: string;
  readonly all: string;
  readonly value: string;
  readonly options: readonly string[];
  /** What people call them, where that is not the option itself. */
  readonly labels?: ReadonlyMap<string, string>;
  choose(value: string): void;
}) {
  const { label, all, value, options, labels, choose } = props;
  return (
    <select aria-label={label} value={value} onChange={(event) => choose(event.currentTarget.value)}>
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {labels?.get(option) ?? option}
        </option>
      ))}
    </select>
  );
}
