/** Variables by name, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type Interpolation = { value: string; filled: string[]; missing: string[] };

/**
 * Fills in each `${NAME}` from the environment; `$${NAME}` stays, with one dollar less.
 * @returns the text, the values that were filled in, and the names that no variable answers to
 */
export function interpolate(text: string, environment: Environment): Interpolation {
  const filled: string[] = [];
  const missing: string[] = [];
  const value = text.replace(/\$(\$?)\{([^{}]*)\}/g, (whole, escaped: string, name: string) => {
    if (escaped) return whole.slice(1);
    const found = environment[name];
    if (found === undefined) missing.push(name);
    else filled.push(found);
    return found ?? '';
  });
  return { value, filled, missing };
}
