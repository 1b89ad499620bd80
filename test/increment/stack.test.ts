import { faultsOf, read } from "./faults-of";

const CRITERION = "- **AC-01**: Text\n\n";

test.each(["## Infrastructure Stack", "# Tech Stack", "#### 🏗️ Technology Stack", "## Infrastructure"])("entries are read below %j", (heading) => {
  expect(read(`${CRITERION}${heading}\n\n- **CI/CD**: GitHub Actions\n`).stack).toEqual([
    { key: "CI/CD", value: "GitHub Actions", location: { file: "0001-api/spec.md", line: 5, column: 5 } },
  ]);
});

test("an entry's value loses its markup, and bullets below a key are its values", () => {
  const text = `${CRITERION}## Infrastructure Stack\n- **Database**: [Aurora](https://aws.amazon.com) \`PostgreSQL\` **16**\n- **Monitoring**:\n  - Prometheus\n  - Grafana\n- IaC: Terraform\n`;
  expect(read(text).stack.map(({ key, value }) => `${key}=${value}`)).toEqual(["Database=Aurora PostgreSQL 16", "Monitoring=Prometheus, Grafana", "IaC=Terraform"]);
});

test("the section ends at the next heading of its level, and criteria in it are no entries", () => {
  const text = `${CRITERION}## Infrastructure\n- **AC-02**: Two\n### Data\n- **Cache**: Redis\n## Next\n- **Key**: value\n`;
  const { stack, criteria } = read(text);
  expect(stack.map(({ key }) => key)).toEqual(["Cache"]);
  expect(criteria.map(({ id }) => id)).toEqual(["AC-01", "AC-02"]);
});

test("a value of unbelievable length is a fault", () => {
  expect(faultsOf(`${CRITERION}## Tech Stack\n- **Key**: ${"x".repeat(4001)}\n`)).toBe(
    '0001-api/spec.md:4:5: the value of "Key" has 4,001 characters; at most 4,000 are read.\n    → Name the product only.',
  );
});
