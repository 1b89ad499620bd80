/** Integration tests: real Terraform and a real Kubernetes control plane, where they are to be had. */
const unit = require("./jest.config");

module.exports = {
  ...unit,
  roots: ["<rootDir>/test/integration"],
  testPathIgnorePatterns: ["/node_modules/"],
  // Tools are built once, before several processes want them.
  globalSetup: "<rootDir>/test/integration/support/build-tools.ts",
  // Two stacks are planned at the same time.
  testTimeout: 600_000,
};
