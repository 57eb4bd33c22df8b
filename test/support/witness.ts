// What the program Witness says: values that differ from run to run, each twice, and lines that are always the same.

const VALUE = /^(\w+) = (.*)$/gm;

/** The text with all values alike. */
export function withoutValues(text: string): string {
  return text.replaceAll(VALUE, '$1 = #');
}

/** By name, as printed last. */
export function witnessedValues(text: string): Map<string, string> {
  return new Map([...text.matchAll(VALUE)].map(([, name, value]) => [name!, value!]));
}

/** Says where a value is not the one that was printed before under its name; null where all agree. */
export function contradictionOfValues(text: string): string | null {
  const known = new Map<string, string>();
  for (const [, name, value] of text.matchAll(VALUE)) {
    const before = known.get(name!);
    if (before !== undefined && before !== value) return `${name} was ${before} and is ${value}`;
    known.set(name!, value!);
  }
  return null;
}
