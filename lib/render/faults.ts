/** Collects what is wrong with one input, so that all of it is told at once. */
export class Faults {
  private readonly found: string[] = [];

  /** @param subject what was given, named in the error: `kubernetesApplication` */
  constructor(private readonly subject: string) {}

  /** Notes `message` unless `holds`; a message says what was given, which rule it breaks and what to do. */
  unless(holds: boolean, message: string): void {
    if (!holds && !this.found.includes(message)) this.found.push(message);
  }

  /** Throws when anything was noted. */
  throwIfAny(): void {
    if (this.found.length === 0) return;
    const count = this.found.length === 1 ? "1 value" : `${this.found.length} values`;
    throw new Error(`${this.subject}: ${count} cannot be used.\n${this.found.map((fault) => `  - ${fault}`).join("\n")}`);
  }
}

/** How a value is shown in a message: quoted, and short even if the value is not. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
