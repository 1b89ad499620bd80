/** Unit tests: no Terraform, no network, seconds. `jest.integration.config.js` holds the slow ones. */
module.exports = {
  testEnvironment: "node",
  // By itself jest leaves one core idle, which on two cores is half of them.
  maxWorkers: "100%",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/integration/"],
  moduleNameMapper: { "^archiver$": "<rootDir>/test/support/no-archiver.ts" },
  setupFiles: ["<rootDir>/test/support/without-token-stacks.ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
};
