import { DatadogAwsIntegration, DEFAULTS, type DatadogAwsIntegrationProps } from "../../lib/constructs/datadog-aws-integration";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, messageOf, resourceOf, resourcesOf } from "../support/synth";

const integrate = (props: Partial<DatadogAwsIntegrationProps> = {}) => {
  const stack = awsStack();
  new DatadogAwsIntegration(stack, "datadog", { externalId: "0123456789abcdef", ...props });
  return stack;
};

describe("DatadogAwsIntegration", () => {
  test("trusts Datadog's account, and only with the external id", () => {
    const [, trust] = resourcesOf(integrate({ roleName: "specweave-datadog" }), "aws_iam_policy_document", "data");
    expect(trust!["statement"]).toEqual([
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "AWS", identifiers: [expect.stringMatching(/:iam::464622532012:root$/)] }],
        condition: [{ test: "StringEquals", variable: "sts:ExternalId", values: ["0123456789abcdef"] }],
      },
    ]);
    expect(resourceOf(integrate({ roleName: "specweave-datadog" }), "aws_iam_role")["name"]).toBe("specweave-datadog");
  });

  test("reads what there is and how it does, and no contents", () => {
    const [permissions] = resourcesOf(integrate(), "aws_iam_policy_document", "data");
    const actions: string[] = permissions!["statement"][0].actions;
    for (const action of actions) expect(action).toMatch(/:(Describe|Get|List)/);
    for (const service of ["s3", "secretsmanager", "kms", "logs", "dynamodb", "ssm", "sts", "iam"]) expect(actions.filter((action) => action.startsWith(`${service}:`))).toEqual([]);
  });

  test.each([
    [{ externalId: "a b" }, 'test/datadog: externalId is "a b"; it has 8 or more letters, digits and +=,.@:/-_.\n    → Copy it from Datadog\'s page of the AWS integration.'],
    [{ datadogAccountId: "*" }, 'test/datadog: datadogAccountId is "*"; an AWS account has twelve digits.\n    → Take the one that Datadog\'s documentation names for your site.'],
  ])("throws when it is given %p", (props, message) => {
    expect(messageOf(() => integrate(props))).toBe(message);
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/constructs/datadog-aws-integration.ts", "DatadogAwsIntegrationProps")).toEqual(DEFAULTS);
  });
});
