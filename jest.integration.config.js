/** Integration tests: real Terraform and a real Kubernetes control plane, where they are to be had. */
const unit = require("./jest.config");

module.exports = {
  ...unit,
  roots: ["<rootDir>/test/integration"],
  testPathIgnorePatterns: ["/node_modules/"],
  testTimeout: 300_000,
};
