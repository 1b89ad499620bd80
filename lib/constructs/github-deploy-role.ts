import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import type { IRegistry } from "./container-registry";
import type { ICluster } from "./kubernetes-cluster";
import { nameOf } from "./names";

/**
 * Which jobs of the repository may take on the role: those of an environment, or those that run on a branch. GitHub says which in the
 * token's subject, and for a job with `environment:` that is the environment alone, whatever the branch (then limit branches in the
 * environment's own settings).
 */
export type GithubSubject = { readonly environment: string } | { readonly branch: string };

/** Numbers that stay with an owner and a repository when they are renamed, and are never given out again. */
export interface GithubIds {
  /** `gh api repos/OWNER/NAME --jq .owner.id` */
  readonly ownerId: number;
  /** `gh api repos/OWNER/NAME --jq .id` */
  readonly repositoryId: number;
}

export interface GithubDeployRoleProps {
  /** `OWNER/NAME`, one repository; no wildcard. */
  readonly repository: string;
  /** Which of its jobs. */
  readonly subject: GithubSubject;
  /**
   * The role's name.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Needed where GitHub puts them into the subject, which it does for repositories created, renamed or transferred after 18 June 2026 and for
   * those that opted in: `repo:OWNER@1/NAME@2:…`. The others do not have them, and their role must not.
   * @default - the subject has names only: `repo:OWNER/NAME:…`
   */
  readonly immutableIds?: GithubIds;
  /**
   * ARN of the account's provider for token.actions.githubusercontent.com, where it has one: AWS takes one an account.
   * @default - the provider is made
   */
  readonly existingProviderArn?: string;
}

const ISSUER = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";

/** The one session document that forwards a port to another host, and does nothing else. */
const TUNNEL_DOCUMENT = "AWS-StartPortForwardingSessionToRemoteHost";

/** Pushing, and asking whether it is needed at all: tags do not move. */
const PUSH_ACTIONS = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:CompleteLayerUpload",
  "ecr:DescribeImages",
  "ecr:GetDownloadUrlForLayer",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

/**
 * A role that GitHub Actions takes on with its own token, so that no key of AWS lies in GitHub. One repository and one environment or branch
 * may, compared letter by letter. It may do nothing until it is allowed to.
 *
 * @example
 * const role = new GithubDeployRole(stack, "deploy", { repository: "specweave/api", subject: { environment: "production" } });
 * role.allowPush(registry);
 * role.allowDescribe(cluster);
 * cluster.grantNamespaceEdit(role.roleArn, "specweave");
 *
 * @throws ConstructError when repository, environment, branch or ids are not what GitHub would send.
 */
export class GithubDeployRole extends Construct {
  readonly roleArn: string;
  readonly roleName: string;
  /** What a token's subject must be. */
  readonly subject: string;
  /** For the next role of the account: its `existingProviderArn`. */
  readonly providerArn: string;

  private readonly permissions = new Map<string, { document: DataAwsIamPolicyDocument; statements: DataAwsIamPolicyDocumentStatement[] }>();

  constructor(scope: Construct, id: string, props: GithubDeployRoleProps) {
    super(scope, id);
    this.subject = this.subjectOf(props);
    this.providerArn =
      props.existingProviderArn ?? new IamOpenidConnectProvider(this, "provider", { url: `https://${ISSUER}`, clientIdList: [AUDIENCE] }).arn;
    const role = new IamRole(this, "role", {
      name: nameOf(this, props.name),
      description: `Taken on by GitHub Actions as ${this.subject}`,
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "trust", {
        statement: [
          {
            principals: [{ type: "Federated", identifiers: [this.providerArn] }],
            actions: ["sts:AssumeRoleWithWebIdentity"],
            condition: [
              { test: "StringEquals", variable: `${ISSUER}:aud`, values: [AUDIENCE] },
              { test: "StringEquals", variable: `${ISSUER}:sub`, values: [this.subject] },
            ],
          },
        ],
      }).json,
    });
    this.roleArn = role.arn;
    this.roleName = role.name;
  }

  /** Lets it push images to one repository. */
  allowPush(registry: IRegistry): void {
    this.allow("push-images", [
      // The login has no narrower resource.
      { sid: "Login", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
      { actions: PUSH_ACTIONS, resources: [registry.repositoryArn] },
    ]);
  }

  /** Lets it look up a cluster's address, for `aws eks update-kubeconfig`. What it may do inside, the cluster grants. */
  allowDescribe(cluster: ICluster): void {
    this.allow("describe-clusters", [{ actions: ["eks:DescribeCluster"], resources: [cluster.clusterArn] }]);
  }

  /**
   * Lets it reach the private API of a cluster through one of its nodes, by a port that Session Manager forwards:
   *
   *     aws ssm start-session --target INSTANCE --document-name AWS-StartPortForwardingSessionToRemoteHost \
   *       --parameters host=API_HOST,portNumber=443,localPortNumber=8443
   *
   * No shell and no other document, no instance of another cluster, and only its own sessions to end. (To any host that the node reaches, not
   * to the API alone: the document takes the host as a parameter, which IAM cannot see.)
   */
  allowTunnel(cluster: ICluster): void {
    const { accountId, partition, region } = AwsAccount.of(this);
    // In every statement that allows a session, or leave for an instance would be leave for the default document too, a shell.
    const documentToo = { test: "BoolIfExists", variable: "ssm:SessionDocumentAccessCheck", values: ["true"] };
    this.allow("tunnel", [
      { sid: "FindNodes", actions: ["ec2:DescribeInstances"], resources: ["*"] },
      {
        sid: "ForwardPorts",
        actions: ["ssm:StartSession"],
        resources: [`arn:${partition}:ssm:${region}::document/${TUNNEL_DOCUMENT}`],
        condition: [documentToo],
      },
      {
        sid: "EndOwnSessions",
        actions: ["ssm:ResumeSession", "ssm:TerminateSession"],
        resources: [`arn:${partition}:ssm:${region}:${accountId}:session/*`],
        // &{…} is how aws_iam_policy_document writes the policy variable ${aws:userid}.
        condition: [{ test: "StringEquals", variable: "ssm:resourceTag/aws:ssmmessages:session-id", values: ["&{aws:userid}"] }],
      },
      {
        actions: ["ssm:StartSession"],
        resources: [`arn:${partition}:ec2:${region}:${accountId}:instance/*`],
        // EKS itself puts this tag on every instance of a managed node group.
        condition: [{ test: "StringEquals", variable: "ssm:resourceTag/eks:cluster-name", values: [cluster.clusterName] }, documentToo],
      },
    ]);
  }

  /**
   * Lets it do something else, such as sending a command to a fleet.
   *
   * @param policyName names the role's inline policy. Called again with the same name, it adds to it, except statements whose `sid` is there.
   */
  allow(policyName: string, statements: readonly DataAwsIamPolicyDocumentStatement[]): void {
    const known = this.permissions.get(policyName);
    if (known) {
      const sids = new Set(known.statements.map(({ sid }) => sid));
      known.statements.push(...statements.filter(({ sid }) => sid === undefined || !sids.has(sid)));
      known.document.putStatement(known.statements);
      return;
    }
    const own = [...statements];
    const document = new DataAwsIamPolicyDocument(this, `${policyName}-permissions`, { statement: own });
    this.permissions.set(policyName, { document, statements: own });
    new IamRolePolicy(this, policyName, { name: policyName, role: this.roleName, policy: document.json });
  }

  private subjectOf({ repository, subject, immutableIds }: GithubDeployRoleProps): string {
    const match = /^([A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?)\/([A-Za-z0-9._-]{1,100})$/.exec(repository);
    if (!match) {
      throw new ConstructError(
        this,
        `repository is "${repository}"; it is an owner and a name with a slash between, in letters, digits, dashes (and dots and underscores in the name), without a wildcard.`,
        'Write, for example, "specweave/api".',
      );
    }
    const [, owner, name] = match;
    if (immutableIds && !Object.values(immutableIds).every((number) => Number.isSafeInteger(number) && number > 0)) {
      throw new ConstructError(
        this,
        `immutableIds has ownerId ${immutableIds.ownerId} and repositoryId ${immutableIds.repositoryId}; both are positive whole numbers.`,
        `Ask for them: gh api repos/${repository} --jq '.owner.id, .id'`,
      );
    }
    const named = immutableIds ? `${owner}@${immutableIds.ownerId}/${name}@${immutableIds.repositoryId}` : repository;
    if ("environment" in subject) {
      if (!/^[A-Za-z0-9]([A-Za-z0-9 ._/-]{0,253}[A-Za-z0-9._-])?$/.test(subject.environment)) {
        throw new ConstructError(
          this,
          `environment is "${subject.environment}"; it is the name of one environment, in letters, digits, spaces and . _ / -, without a wildcard.`,
          'Write, for example, "production", as it stands in the settings of the repository.',
        );
      }
      return `repo:${named}:environment:${subject.environment}`;
    }
    if (!/^(?!.*(\.\.|\/\/|@\{))[A-Za-z0-9_][A-Za-z0-9._/@#+-]{0,254}$/.test(subject.branch)) {
      throw new ConstructError(
        this,
        `branch is "${subject.branch}"; it is the name of one branch, in letters, digits and . _ / @ # + -, without a wildcard.`,
        'Write, for example, "main".',
      );
    }
    return `repo:${named}:ref:refs/heads/${subject.branch}`;
  }
}
