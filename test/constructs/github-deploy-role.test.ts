import type { ICluster } from "../../lib/constructs/kubernetes-cluster";
import { GithubDeployRole, type GithubDeployRoleProps } from "../../lib/constructs/github-deploy-role";
import { emptyStack, errorOf, hclBlocks, Synthesized } from "./support/terraform";

const props: GithubDeployRoleProps = {
  repository: "specweave/api",
  subject: { environment: "production" },
  name: "specweave-prod-deploy",
};
const registry = {
  repositoryName: "api",
  repositoryArn: "arn:aws:ecr:eu-central-1:123456789012:repository/api",
  repositoryUrl: "registry.invalid/api",
};
const cluster: ICluster = {
  clusterName: "specweave-prod",
  clusterArn: "arn:aws:eks:eu-central-1:123456789012:cluster/specweave-prod",
  endpoint: "https://cluster.invalid",
  certificateAuthorityData: "",
  clusterSecurityGroupId: "sg-1",
  version: "1.35",
  nodeSubnetIds: [],
};

function synthesize(use: (role: GithubDeployRole) => void = () => {}, more: Partial<GithubDeployRoleProps> = {}): Synthesized {
  const stack = emptyStack();
  use(new GithubDeployRole(stack, "deploy", { ...props, ...more }));
  return new Synthesized(stack);
}

const subjectOf = (more: Partial<GithubDeployRoleProps>) => new GithubDeployRole(emptyStack(), "deploy", { ...props, ...more }).subject;

describe("GithubDeployRole", () => {
  describe("trust", () => {
    test("is in one environment of one repository, letter by letter", () => {
      const synthesized = synthesize();
      expect(synthesized.statements("deploy/trust")).toEqual([
        {
          principals: [
            {
              type: "Federated",
              identifiers: [`\${${synthesized.address("deploy/provider")}.arn}`],
            },
          ],
          actions: ["sts:AssumeRoleWithWebIdentity"],
          condition: [
            {
              test: "StringEquals",
              variable: "token.actions.githubusercontent.com:aud",
              values: ["sts.amazonaws.com"],
            },
            {
              test: "StringEquals",
              variable: "token.actions.githubusercontent.com:sub",
              values: ["repo:specweave/api:environment:production"],
            },
          ],
        },
      ]);
    });

    test("is in one branch when asked", () => {
      expect(subjectOf({ subject: { branch: "release/2026.11" } })).toBe("repo:specweave/api:ref:refs/heads/release/2026.11");
    });

    test("has the numbers of owner and repository where GitHub sends them", () => {
      expect(subjectOf({ immutableIds: { ownerId: 123456, repositoryId: 456789 } })).toBe("repo:specweave@123456/api@456789:environment:production");
    });

    test("goes through the account's provider where there is one", () => {
      const existingProviderArn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
      const synthesized = synthesize(undefined, { existingProviderArn });
      expect(synthesized.types()).not.toContain("aws_iam_openid_connect_provider");
      expect(synthesized.statements("deploy/trust")[0]!["principals"]).toEqual([{ type: "Federated", identifiers: [existingProviderArn] }]);
    });

    test("goes through a provider that it makes, otherwise", () => {
      expect(synthesize().resource("aws_iam_openid_connect_provider")).toMatchObject({
        url: "https://token.actions.githubusercontent.com",
        client_id_list: ["sts.amazonaws.com"],
      });
    });

    test.each(["specweave", "specweave/*", "*/api", "specweave/api/more", "-specweave/api", "specweave/a:b", "specweave/${x}"])(
      "throws when the repository is %p",
      (repository) => {
        expect(errorOf(() => subjectOf({ repository })).message).toBe(
          `stack/deploy: repository is "${repository}"; it is an owner and a name with a slash between, in letters, digits, dashes (and dots and underscores in the name), without a wildcard.\n    → Write, for example, "specweave/api".`,
        );
      },
    );

    test.each(["", "*", "prod*", "prod:ref", "${x}", " production", "prod\n"])("throws when the environment is %p", (environment) => {
      expect(errorOf(() => subjectOf({ subject: { environment } })).message).toBe(
        `stack/deploy: environment is "${environment}"; it is the name of one environment, in letters, digits, spaces and . _ / -, without a wildcard.\n    → Write, for example, "production", as it stands in the settings of the repository.`,
      );
    });

    test.each(["", "*", "release/*", "a..b", "a//b", "-x", "a:b", "main\n", "${x}"])("throws when the branch is %p", (branch) => {
      expect(errorOf(() => subjectOf({ subject: { branch } })).message).toBe(
        `stack/deploy: branch is "${branch}"; it is the name of one branch, in letters, digits and . _ / @ # + -, without a wildcard.\n    → Write, for example, "main".`,
      );
    });

    test("throws when an id is none", () => {
      expect(errorOf(() => subjectOf({ immutableIds: { ownerId: 0, repositoryId: 1.5 } })).message).toBe(
        "stack/deploy: immutableIds has ownerId 0 and repositoryId 1.5; both are positive whole numbers.\n    → Ask for them: gh api repos/specweave/api --jq '.owner.id, .id'",
      );
    });
  });

  test("may do nothing until it is allowed to", () => {
    const synthesized = synthesize();
    expect(synthesized.types()).toEqual(["aws_iam_openid_connect_provider", "aws_iam_role"]);
  });

  test("may push to the repositories that it is given, and log in", () => {
    // GIVEN
    const second = {
      ...registry,
      repositoryArn: `${registry.repositoryArn}-jobs`,
    };

    // WHEN
    const synthesized = synthesize((role) => {
      role.allowPush(registry);
      role.allowPush(second);
    });

    // THEN
    const [login, ...pushes] = synthesized.statements("deploy/push-images-permissions");
    expect(login).toEqual({
      sid: "Login",
      actions: ["ecr:GetAuthorizationToken"],
      resources: ["*"],
    });
    expect(pushes.map(({ resources }) => resources)).toEqual([[registry.repositoryArn], [second.repositoryArn]]);
    expect(pushes[0]!["actions"]).toContain("ecr:PutImage");
    expect(JSON.stringify(pushes)).not.toMatch(/Delete|ecr:\*/);
    expect(synthesized.resource("aws_iam_role_policy")["name"]).toBe("push-images");
  });

  test("may look up the cluster that it is given, and no other", () => {
    expect(synthesize((role) => role.allowDescribe(cluster)).statements("deploy/describe-clusters-permissions")).toEqual([
      { actions: ["eks:DescribeCluster"], resources: [cluster.clusterArn] },
    ]);
  });

  describe("tunnel", () => {
    const statements = () => synthesize((role) => role.allowTunnel(cluster)).statements("deploy/tunnel-permissions");

    test("goes through nodes of the cluster, by the one document that forwards a port, and no shell", () => {
      const starts = statements().filter(({ actions }) => actions.includes("ssm:StartSession"));
      expect(starts.map(({ resources }) => resources[0].replace(/\$\{.*?\}/g, "…"))).toEqual([
        "arn:…:ssm:…::document/AWS-StartPortForwardingSessionToRemoteHost",
        "arn:…:ec2:…:…:instance/*",
      ]);
      expect(starts[1]!["condition"]).toContainEqual({
        test: "StringEquals",
        variable: "ssm:resourceTag/eks:cluster-name",
        values: ["specweave-prod"],
      });
      for (const start of starts) {
        expect(start["condition"]).toContainEqual({
          test: "BoolIfExists",
          variable: "ssm:SessionDocumentAccessCheck",
          values: ["true"],
        });
      }
    });

    test("is ended by who began it", () => {
      expect(statements().find(({ sid }) => sid === "EndOwnSessions")).toMatchObject({
        actions: ["ssm:ResumeSession", "ssm:TerminateSession"],
        condition: [
          {
            test: "StringEquals",
            variable: "ssm:resourceTag/aws:ssmmessages:session-id",
            values: ["&{aws:userid}"],
          },
        ],
      });
    });

    test("may lead to two clusters", () => {
      const both = synthesize((role) => {
        role.allowTunnel(cluster);
        role.allowTunnel({ ...cluster, clusterName: "specweave-staging" });
      }).statements("deploy/tunnel-permissions");
      expect(both.map(({ sid }) => sid)).toEqual(["FindNodes", "ForwardPorts", "EndOwnSessions", undefined, undefined]);
    });
  });

  test("may do something else when that is said", () => {
    const synthesized = synthesize((role) =>
      role.allow("send-command", [
        {
          actions: ["ssm:SendCommand"],
          resources: ["arn:aws:ssm:eu-central-1::document/AWS-RunShellScript"],
        },
      ]),
    );
    expect(synthesized.resource("aws_iam_role_policy")["name"]).toBe("send-command");
  });

  test("reads like this in HCL", () => {
    const stack = emptyStack();
    new GithubDeployRole(stack, "deploy", props).allowTunnel(cluster);
    expect(hclBlocks(stack, ["aws_iam_policy_document", "deploy_trust"], ["aws_iam_role", "deploy_role"])).toMatchInlineSnapshot(`
      "data "aws_iam_policy_document" "deploy_trust_0FB3CB4A" {
      statement {
      actions = [
      "sts:AssumeRoleWithWebIdentity"
      ]
      condition {
      test = "StringEquals"
      values = [
      "sts.amazonaws.com"
      ]
      variable = "token.actions.githubusercontent.com:aud"
      }
      condition {
      test = "StringEquals"
      values = [
      "repo:specweave/api:environment:production"
      ]
      variable = "token.actions.githubusercontent.com:sub"
      }
      principals {
      identifiers = [
      "\${aws_iam_openid_connect_provider.deploy_provider_FF052B5B.arn}"
      ]
      type = "Federated"
      }
      }
      }
      resource "aws_iam_role" "deploy_role_528EF620" {
      assume_role_policy = "\${data.aws_iam_policy_document.deploy_trust_0FB3CB4A.json}"
      description = "Taken on by GitHub Actions as repo:specweave/api:environment:production"
      name = "specweave-prod-deploy"
      }"
    `);
  });
});
