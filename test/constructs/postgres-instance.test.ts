import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { ALARM_DEFAULTS, DEFAULTS, PostgresInstance, type PostgresInstanceProps } from "../../lib/constructs/postgres-instance";
import { SecurityGroup } from "../../lib/constructs/security-group";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, messageOf, resourceOf, resourcesOf, synthesized } from "../support/synth";

const network = { vpcId: "vpc-1", dataSubnetIds: ["subnet-1", "subnet-2"] };
const encryptionKey = { keyArn: "arn:aws:kms:us-east-1:123456789012:key/1" };

function postgres(stack: TerraformStack, props: Partial<PostgresInstanceProps> = {}): PostgresInstance {
  return new PostgresInstance(stack, "db", { network, name: "shop-prod", encryptionKey, ...props });
}

describe("PostgresInstance", () => {
  test("is private, encrypted, backed up, protected, watched, and keeps its password out of sight", () => {
    const stack = awsStack();
    postgres(stack);
    expect(synthesized(stack)["resource"].aws_db_instance.database).toEqual({
      identifier: "shop-prod",
      engine: "postgres",
      engine_version: "17",
      auto_minor_version_upgrade: true,
      allow_major_version_upgrade: false,
      instance_class: "db.t4g.micro",
      multi_az: false,
      allocated_storage: 20,
      max_allocated_storage: 100,
      storage_type: "gp3",
      storage_encrypted: true,
      kms_key_id: encryptionKey.keyArn,
      db_name: "app",
      username: "app",
      password_wo: expect.stringMatching(/^\$\{ephemeral\.aws_secretsmanager_secret_version\.\w+\.secret_string\}$/),
      password_wo_version: 1,
      port: 5432,
      db_subnet_group_name: "${aws_db_subnet_group.database.name}",
      vpc_security_group_ids: [expect.stringMatching(/^\$\{aws_security_group\.[\w-]+\.id\}$/)],
      publicly_accessible: false,
      parameter_group_name: expect.stringMatching(/^\$\{aws_db_parameter_group\.\w+\.name\}$/),
      iam_database_authentication_enabled: true,
      backup_retention_period: 7,
      backup_window: "03:00-04:00",
      maintenance_window: "sun:04:30-sun:05:30",
      copy_tags_to_snapshot: true,
      delete_automated_backups: false,
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: "shop-prod-final",
      enabled_cloudwatch_logs_exports: ["postgresql", "upgrade"],
      performance_insights_enabled: true,
      performance_insights_kms_key_id: encryptionKey.keyArn,
      performance_insights_retention_period: 7,
      monitoring_interval: 60,
      monitoring_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.[\w-]+\.arn\}$/),
      apply_immediately: false,
      tags: { Name: "shop-prod" },
      depends_on: [
        expect.stringMatching(/^aws_cloudwatch_log_group\./),
        expect.stringMatching(/^aws_cloudwatch_log_group\./),
        expect.stringMatching(/^aws_iam_role_policy_attachment\./),
      ],
      lifecycle: { prevent_destroy: true },
    });
  });

  test("makes its password once, stores it, and reads it back as an ephemeral value", () => {
    const stack = awsStack();
    postgres(stack);
    const { resource, ephemeral } = synthesized(stack);
    expect(Object.keys(ephemeral).sort()).toEqual(["aws_secretsmanager_secret_version", "random_password"]);
    const [generated] = Object.keys(ephemeral.random_password);
    expect(resource.aws_secretsmanager_secret_version["database-password"]).toEqual({
      secret_id: "${aws_secretsmanager_secret.database-password.arn}",
      secret_string_wo: `\${ephemeral.random_password.${generated}.result}`,
      secret_string_wo_version: 1,
    });
    expect(Object.values(ephemeral.aws_secretsmanager_secret_version)).toEqual([
      { secret_id: "${aws_secretsmanager_secret_version.database-password.arn}" },
    ]);
  });

  test("gives applications one secret with all that they need to connect, written anew when any of it changes", () => {
    const stack = awsStack();
    postgres(stack);
    const { resource, ephemeral } = synthesized(stack);
    const [stored] = Object.keys(ephemeral.aws_secretsmanager_secret_version);
    const settings = '"engine" = "postgres", "host" = aws_db_instance.database.address, "port" = 5432, "dbname" = "app", "username" = "app"';
    expect(resource.aws_secretsmanager_secret_version["database-settings"]).toEqual({
      secret_id: "${aws_secretsmanager_secret.database-settings.arn}",
      secret_string_wo: `\${jsonencode({${settings}, "password" = ephemeral.aws_secretsmanager_secret_version.${stored}.secret_string})}`,
      secret_string_wo_version: `\${parseint(substr(sha256(jsonencode({${settings}, "password" = 1})), 0, 7), 16)}`,
    });
  });

  test("adds a reader to the settings without another password", () => {
    const stack = awsStack();
    postgres(stack).settings.setReaderHost("replica.example");
    const settings = synthesized(stack)["resource"].aws_secretsmanager_secret_version["database-settings"];
    expect(settings.secret_string_wo).toContain('"reader_host" = "replica.example"');
    expect(settings.secret_string_wo_version).toContain('"reader_host" = "replica.example"');
  });

  test("rotates the password everywhere by its version", () => {
    const stack = awsStack();
    postgres(stack, { passwordVersion: 2 });
    const { resource } = synthesized(stack);
    expect(resource.aws_secretsmanager_secret_version["database-password"].secret_string_wo_version).toBe(2);
    expect(resource.aws_db_instance.database.password_wo_version).toBe(2);
    expect(resource.aws_secretsmanager_secret_version["database-settings"].secret_string_wo_version).toContain('"password" = 2');
  });

  test("forces TLS by a parameter group that is made before the one it replaces goes", () => {
    const stack = awsStack();
    postgres(stack, { engineVersion: "16.4" });
    expect(resourceOf(stack, "aws_db_parameter_group")).toMatchObject({
      name_prefix: "shop-prod-",
      family: "postgres16",
      parameter: [
        { name: "rds.force_ssl", value: "1" },
        { name: "log_statement", value: "ddl" },
        { name: "log_min_duration_statement", value: "1000" },
        { name: "log_lock_waits", value: "1" },
      ],
      lifecycle: { create_before_destroy: true },
    });
  });

  test("has the log groups made before RDS would make them, unencrypted and forever", () => {
    const stack = awsStack();
    postgres(stack, { logRetentionDays: 30 });
    expect(resourcesOf(stack, "aws_cloudwatch_log_group")).toEqual([
      { name: "/aws/rds/instance/shop-prod/postgresql", retention_in_days: 30, kms_key_id: encryptionKey.keyArn },
      { name: "/aws/rds/instance/shop-prod/upgrade", retention_in_days: 30, kms_key_id: encryptionKey.keyArn },
    ]);
  });

  test("keeps the addresses of its data when it moves in the tree", () => {
    const addresses = (place: (stack: TerraformStack) => Construct) => {
      const stack = awsStack();
      new PostgresInstance(place(stack), "postgres", { network, name: "shop-prod", encryptionKey });
      const { resource } = synthesized(stack);
      return ["aws_db_instance", "aws_db_subnet_group", "aws_secretsmanager_secret", "aws_secretsmanager_secret_version"].map((type) => Object.keys(resource[type]));
    };
    const atTop = addresses((stack) => stack);
    expect(atTop).toEqual([["database"], ["database"], ["database-password", "database-settings"], ["database-password", "database-settings"]]);
    expect(addresses((stack) => new Construct(stack, "growth"))).toEqual(atTop);
  });

  test("lets in whom it is told to, on its port, at both ends", () => {
    const stack = awsStack();
    const database = postgres(stack, { port: 6432 });
    database.allowFrom(new SecurityGroup(stack, "server", { network, name: "shop-server", description: "The server of shop" }));
    const rule = { ip_protocol: "tcp", from_port: 6432, to_port: 6432, description: "PostgreSQL from shop-server" };
    expect(resourceOf(stack, "aws_vpc_security_group_ingress_rule")).toMatchObject(rule);
    expect(resourceOf(stack, "aws_vpc_security_group_egress_rule")).toMatchObject(rule);
  });

  test("lets a role read the settings, and no other secret", () => {
    const stack = awsStack();
    const database = postgres(stack);
    const reader = Object.assign(new Construct(stack, "server"), { roleName: "shop-server" });
    database.settings.grantRead(reader);
    expect(resourceOf(stack, "aws_iam_role_policy")).toMatchObject({ name: "read-database-settings", role: "shop-server" });
    const permissions = resourcesOf(stack, "aws_iam_policy_document", "data").find(({ statement }) => statement.length === 2);
    expect(permissions).toEqual({
      statement: [
        {
          actions: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
          resources: ["${aws_secretsmanager_secret.database-settings.arn}"],
        },
        {
          actions: ["kms:Decrypt"],
          resources: [encryptionKey.keyArn],
          condition: [
            { test: "StringEquals", variable: "kms:EncryptionContext:SecretARN", values: ["${aws_secretsmanager_secret.database-settings.arn}"] },
          ],
        },
      ],
    });
  });

  test("can be taken down on purpose, and only then", () => {
    const stack = awsStack();
    postgres(stack, { deletionProtection: false, finalSnapshot: false });
    expect(resourceOf(stack, "aws_db_instance")).toMatchObject({ deletion_protection: false, skip_final_snapshot: true, lifecycle: { prevent_destroy: false } });
    expect(resourceOf(stack, "aws_db_instance")).not.toHaveProperty("final_snapshot_identifier");
  });

  test("does without what is turned off", () => {
    const stack = awsStack();
    postgres(stack, { monitoringIntervalSeconds: 0, performanceInsights: false });
    expect(resourceOf(stack, "aws_db_instance")).toMatchObject({ monitoring_interval: 0, performance_insights_enabled: false });
    expect(resourcesOf(stack, "aws_iam_role")).toEqual([]);
  });

  test("has a key of its own when it is given none", () => {
    const stack = awsStack();
    new PostgresInstance(stack, "Shop", { network });
    expect(resourceOf(stack, "aws_kms_alias")["name"]).toBe("alias/test-shop-database");
    expect(resourceOf(stack, "aws_db_instance")["identifier"]).toBe("test-shop");
  });

  test("tells a topic when something runs short", () => {
    const stack = awsStack();
    postgres(stack).addAlarms({ topicArn: "arn:aws:sns:us-east-1:123456789012:alarms" });
    const alarms = resourcesOf(stack, "aws_cloudwatch_metric_alarm").map(({ alarm_name, metric_name, comparison_operator, threshold }) => [
      alarm_name,
      metric_name,
      comparison_operator,
      threshold,
    ]);
    expect(alarms).toEqual([
      ["shop-prod-database-connections", "DatabaseConnections", "GreaterThanThreshold", 72],
      ["shop-prod-database-cpu", "CPUUtilization", "GreaterThanThreshold", 80],
      ["shop-prod-database-cpu-credits", "CPUCreditBalance", "LessThanThreshold", 20],
      ["shop-prod-database-memory", "FreeableMemory", "LessThanThreshold", 53687091],
      ["shop-prod-database-storage", "FreeStorageSpace", "LessThanThreshold", 1717986918],
    ]);
    expect(resourcesOf(stack, "aws_cloudwatch_metric_alarm")[0]).toMatchObject({
      namespace: "AWS/RDS",
      dimensions: { DBInstanceIdentifier: "${aws_db_instance.database.identifier}" },
      alarm_actions: ["arn:aws:sns:us-east-1:123456789012:alarms"],
      ok_actions: ["arn:aws:sns:us-east-1:123456789012:alarms"],
    });
  });

  test("has no alarm on credits where the class has none", () => {
    const stack = awsStack();
    postgres(stack, { instanceClass: "db.m7g.large" }).addAlarms({ topicArn: "arn:aws:sns:us-east-1:123456789012:alarms" });
    expect(resourcesOf(stack, "aws_cloudwatch_metric_alarm").map(({ metric_name }) => metric_name)).not.toContain("CPUCreditBalance");
  });

  test("throws when the memory of a class is not known and the alarm on connections has no threshold", () => {
    const stack = awsStack();
    const database = postgres(stack, { instanceClass: "db.x2iedn.xlarge" });
    expect(messageOf(() => database.addAlarms({ topicArn: "arn:aws:sns:us-east-1:123456789012:alarms" }))).toBe(
      "test/db: the memory of db.x2iedn.xlarge is not known here, and with it how many connections it allows.\n" +
        "    → Give the alarms `connections`: four fifths of `SHOW max_connections`.",
    );
  });

  test.each<[Partial<PostgresInstanceProps>, string]>([
    [
      { backupRetentionDays: 0 },
      "backupRetentionDays is 0; RDS keeps automated backups for 1 to 35 days, and 0 turns them off: no restore, and no read replica.\n    → Give a number in that range, or leave it out for 7.",
    ],
    [
      { backupRetentionDays: 36 },
      "backupRetentionDays is 36; RDS keeps automated backups for 1 to 35 days.\n    → Give a number in that range, or leave it out for 7.",
    ],
    [
      { name: "Shop" },
      'name is "Shop"; RDS takes lower-case letters, digits and single dashes, beginning with a letter, 2 to 48 of them here.\n    → Give a name such as "specweave-prod".',
    ],
    [
      { address: "shop.prod" },
      'address is "shop.prod"; a name in Terraform has lower-case letters, digits, _ and -, and begins with a letter.\n    → Give an address such as "database".',
    ],
    [
      { engineVersion: "latest" },
      'engineVersion is "latest"; a version of PostgreSQL is a major one, or a major and a minor one.\n    → Write, for example, "17" or "17.6".',
    ],
    [{ instanceClass: "t4g.micro" }, 'instanceClass is "t4g.micro", which is none of RDS.\n    → Write, for example, "db.t4g.micro".'],
    [{ storageGb: 10 }, "storageGb is 10; gp3 storage of PostgreSQL is 20 to 65536 GB.\n    → Give a number in that range, or leave it out for 20."],
    [
      { storageGb: 100 },
      "maxStorageGb is 100 and storageGb is 100; RDS enlarges storage by itself only up to a limit that is at least a tenth above what there is, and at most 65536 GB.\n    → Give a higher maxStorageGb.",
    ],
    [
      { databaseName: "my-shop" },
      'databaseName is "my-shop"; it begins with a letter and has up to 63 letters, digits and underscores.\n    → Give a name such as "app".',
    ],
    [
      { username: "admin" },
      'username is "admin"; it begins with a letter, has up to 16 letters, digits and underscores, and is none that RDS keeps for itself (admin, rdsadmin, rds_…, pg_…).\n    → Give a name such as "app".',
    ],
    [{ port: 80 }, "port is 80; RDS takes 1150 to 65535.\n    → Leave it out for 5432."],
    [
      { network: { vpcId: "vpc-1", dataSubnetIds: ["subnet-1"] } },
      "the network has 1 data subnets; RDS wants two zones at least, even for one instance.\n    → Give a network over two zones or more.",
    ],
  ])("throws when given %j", (props, message) => {
    expect(messageOf(() => postgres(awsStack(), props))).toBe(`test/db: ${message}`);
  });

  test("throws when two databases of a stack would have one address", () => {
    const stack = awsStack();
    postgres(stack);
    expect(messageOf(() => new PostgresInstance(stack, "other", { network, name: "other", encryptionKey }))).toBe(
      "test/other/subnets: its address aws_db_subnet_group.database is that of test/db/subnets already, and Terraform would see one of the two only.\n" +
        "    → Give the two databases different `address`es.",
    );
    expect(() => new PostgresInstance(stack, "third", { network, name: "third", encryptionKey, address: "third" })).not.toThrow();
  });

  test("throws at synth when a resource of somebody else has its address", () => {
    const stack = awsStack();
    postgres(stack);
    new DbInstance(stack, "database", { instanceClass: "db.t4g.micro" });
    expect(() => Testing.synth(stack, true)).toThrow(
      "its address aws_db_instance.database is that of test/database already, and Terraform would see one of the two only. Give the two databases different `address`es.",
    );
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/postgres-instance.ts", "PostgresInstanceProps")).toEqual(DEFAULTS);
    expect(documentedDefaults("lib/constructs/postgres-instance.ts", "PostgresAlarmsProps")).toEqual(ALARM_DEFAULTS);
  });
});

describe("PostgresInstance in HCL", () => {
  test("says the same of the password and the settings", () => {
    const stack = awsStack();
    postgres(stack);
    new IamRole(stack, "unrelated", { assumeRolePolicy: "{}" });
    const { hcl } = stack.toHclTerraform();
    const block = (start: string) => new RegExp(`^${start.replace(/"/g, '\\"')} \\{[\\s\\S]*?^\\}`, "m").exec(String(hcl))?.[0];
    expect(block('resource "aws_secretsmanager_secret_version" "database-settings"')).toMatchSnapshot();
    expect(block('resource "aws_secretsmanager_secret_version" "database-password"')).toMatchSnapshot();
  });
});
