import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { ALARM_DEFAULTS, AuroraPostgres, DEFAULTS, type AuroraPostgresProps, type IPredecessor } from "../../lib/constructs/aurora-postgres";
import { PostgresInstance } from "../../lib/constructs/postgres-instance";
import { SecurityGroup } from "../../lib/constructs/security-group";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, messageOf, resourceOf, resourcesOf, synthesized } from "../support/synth";

const network = { vpcId: "vpc-1", dataSubnetIds: ["subnet-1", "subnet-2", "subnet-3"] };
const encryptionKey = { keyArn: "arn:aws:kms:us-east-1:123456789012:key/1" };
const topic = { topicArn: "arn:aws:sns:us-east-1:123456789012:alarms" };
const sourceArn = "arn:aws:rds:us-east-1:123456789012:db:shop-prod";
const provisioned = { kind: "provisioned", instanceClass: "db.r7g.large" } as const;

function aurora(stack: TerraformStack, props: Partial<AuroraPostgresProps> = {}): AuroraPostgres {
  return new AuroraPostgres(stack, "db", { network, name: "shop-prod", encryptionKey, ...props });
}

function predecessor(): IPredecessor & { hosts: string[] } {
  const hosts: string[] = [];
  return {
    hosts,
    subnetGroupName: "shop-prod",
    password: { value: "${ephemeral.x.y.secret_string}", version: 3 },
    settings: { secretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:settings", grantRead: () => {}, setHosts: (...both) => void hosts.push(...both) },
  };
}

describe("AuroraPostgres", () => {
  test("is private, encrypted, backed up, protected, watched, and keeps its password out of sight", () => {
    const stack = awsStack();
    aurora(stack);
    expect(synthesized(stack)["resource"].aws_rds_cluster).toEqual({
      database: {
        cluster_identifier: "shop-prod",
        engine: "aurora-postgresql",
        engine_version: "17",
        allow_major_version_upgrade: false,
        database_name: "app",
        master_username: "app",
        master_password_wo: expect.stringMatching(/^\$\{ephemeral\.aws_secretsmanager_secret_version\.\w+\.secret_string\}$/),
        master_password_wo_version: 1,
        port: 5432,
        db_subnet_group_name: "${aws_db_subnet_group.database.name}",
        vpc_security_group_ids: [expect.stringMatching(/^\$\{aws_security_group\.[\w-]+\.id\}$/)],
        db_cluster_parameter_group_name: expect.stringMatching(/^\$\{aws_rds_cluster_parameter_group\.\w+\.name\}$/),
        storage_encrypted: true,
        kms_key_id: encryptionKey.keyArn,
        serverlessv2_scaling_configuration: { min_capacity: 2, max_capacity: 16 },
        iam_database_authentication_enabled: true,
        backup_retention_period: 14,
        preferred_backup_window: "03:00-04:00",
        preferred_maintenance_window: "sun:04:30-sun:05:30",
        copy_tags_to_snapshot: true,
        delete_automated_backups: false,
        deletion_protection: true,
        skip_final_snapshot: false,
        final_snapshot_identifier: "shop-prod-final",
        enabled_cloudwatch_logs_exports: ["postgresql"],
        apply_immediately: false,
        tags: { Name: "shop-prod" },
        depends_on: [expect.stringMatching(/^aws_cloudwatch_log_group\./)],
        lifecycle: { prevent_destroy: true, ignore_changes: ["database_name", "master_username"] },
      },
    });
  });

  test("lies in the data subnets of every zone", () => {
    const stack = awsStack();
    aurora(stack);
    expect(resourceOf(stack, "aws_db_subnet_group")).toMatchObject({ name: "shop-prod", subnet_ids: ["subnet-1", "subnet-2", "subnet-3"] });
  });

  test("has a writer, then readers, in the order in which they take over", () => {
    const stack = awsStack();
    aurora(stack);
    const instances = resourcesOf(stack, "aws_rds_cluster_instance");
    expect(instances.map(({ identifier, promotion_tier, instance_class }) => [identifier, promotion_tier, instance_class])).toEqual([
      ["shop-prod-1", 0, "db.serverless"],
      ["shop-prod-2", 1, "db.serverless"],
      ["shop-prod-3", 2, "db.serverless"],
    ]);
    expect(instances[1]).toEqual({
      identifier: "shop-prod-2",
      cluster_identifier: "${aws_rds_cluster.database.cluster_identifier}",
      engine: "${aws_rds_cluster.database.engine}",
      engine_version: "${aws_rds_cluster.database.engine_version}",
      instance_class: "db.serverless",
      db_subnet_group_name: "${aws_db_subnet_group.database.name}",
      publicly_accessible: false,
      promotion_tier: 1,
      auto_minor_version_upgrade: true,
      preferred_maintenance_window: "sun:04:30-sun:05:30",
      copy_tags_to_snapshot: true,
      performance_insights_enabled: true,
      performance_insights_kms_key_id: encryptionKey.keyArn,
      performance_insights_retention_period: 7,
      monitoring_interval: 60,
      monitoring_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.[\w-]+\.arn\}$/),
      apply_immediately: false,
      tags: { Name: "shop-prod-2" },
      depends_on: ["aws_rds_cluster_instance.database-1", expect.stringMatching(/^aws_iam_role_policy_attachment\./)],
    });
  });

  test("makes the writer first, since the first instance that is there becomes it", () => {
    const stack = awsStack();
    aurora(stack, { monitoringIntervalSeconds: 0 });
    const instances = synthesized(stack)["resource"].aws_rds_cluster_instance;
    expect(instances["database-1"].depends_on).toEqual([]);
    expect(instances["database-3"].depends_on).toEqual(["aws_rds_cluster_instance.database-1"]);
    expect(resourcesOf(stack, "aws_iam_role")).toEqual([]);
  });

  test("adds readers of a provisioned class when they are busy", () => {
    const stack = awsStack();
    aurora(stack, { capacity: provisioned, readerCount: 1, readerCpuPercent: 50 });
    expect(resourceOf(stack, "aws_rds_cluster")).not.toHaveProperty("serverlessv2_scaling_configuration");
    expect(resourceOf(stack, "aws_appautoscaling_target")).toEqual({
      service_namespace: "rds",
      scalable_dimension: "rds:cluster:ReadReplicaCount",
      resource_id: "cluster:${aws_rds_cluster.database.cluster_identifier}",
      min_capacity: 1,
      max_capacity: 3,
      depends_on: ["aws_rds_cluster_instance.database-1", "aws_rds_cluster_instance.database-2"],
    });
    expect(resourceOf(stack, "aws_appautoscaling_policy")).toMatchObject({
      name: "shop-prod-readers",
      policy_type: "TargetTrackingScaling",
      target_tracking_scaling_policy_configuration: {
        predefined_metric_specification: { predefined_metric_type: "RDSReaderAverageCPUUtilization" },
        target_value: 50,
        scale_out_cooldown: 300,
        scale_in_cooldown: 900,
      },
    });
  });

  test("adds serverless readers, which grow by themselves, only where that is asked for", () => {
    const without = awsStack();
    aurora(without);
    expect(resourcesOf(without, "aws_appautoscaling_target")).toEqual([]);
    const asked = awsStack();
    aurora(asked, { maxReaderCount: 4 });
    expect(resourceOf(asked, "aws_appautoscaling_target")).toMatchObject({ min_capacity: 2, max_capacity: 4 });
  });

  test("gives applications the settings that a PostgresInstance gives them, at the same address, with a host for readers", () => {
    const stack = awsStack();
    aurora(stack);
    const { resource } = synthesized(stack);
    expect(resource.aws_secretsmanager_secret_version["database-settings"].secret_string_wo).toMatch(
      /^\$\{jsonencode\(\{"engine" = "postgres", "host" = aws_rds_cluster\.database\.endpoint, "reader_host" = aws_rds_cluster\.database\.reader_endpoint, "port" = 5432, "dbname" = "app", "username" = "app", "password" = ephemeral\.[\w.]+\}\)\}$/,
    );
    const rds = awsStack();
    new PostgresInstance(rds, "other", { network, name: "shop-prod", encryptionKey });
    const before = synthesized(rds)["resource"];
    for (const type of ["aws_secretsmanager_secret", "aws_db_subnet_group"]) expect(resource[type]).toEqual(before[type]);
    expect(Object.keys(resource.aws_secretsmanager_secret_version)).toEqual(Object.keys(before.aws_secretsmanager_secret_version));
  });

  test("forces TLS and logs statements by a parameter group that is made before the one it replaces goes", () => {
    const stack = awsStack();
    aurora(stack, { engineVersion: "16.4", slowStatementMilliseconds: 250 });
    expect(resourceOf(stack, "aws_rds_cluster_parameter_group")).toMatchObject({
      name_prefix: "shop-prod-",
      family: "aurora-postgresql16",
      parameter: [
        { name: "rds.force_ssl", value: "1" },
        { name: "log_statement", value: "ddl" },
        { name: "log_min_duration_statement", value: "250" },
        { name: "log_lock_waits", value: "1" },
      ],
      lifecycle: { create_before_destroy: true },
    });
  });

  test("has the log group made before RDS would make it, unencrypted and forever", () => {
    const stack = awsStack();
    aurora(stack, { logRetentionDays: 30 });
    expect(resourceOf(stack, "aws_cloudwatch_log_group")).toEqual({ name: "/aws/rds/cluster/shop-prod/postgresql", retention_in_days: 30, kms_key_id: encryptionKey.keyArn });
  });

  test("keeps the addresses of its data when it moves in the tree", () => {
    const stack = awsStack();
    new AuroraPostgres(new Construct(stack, "scale"), "postgres", { network, name: "shop-prod", encryptionKey });
    const { resource } = synthesized(stack);
    expect(Object.keys(resource.aws_rds_cluster)).toEqual(["database"]);
    expect(Object.keys(resource.aws_rds_cluster_instance)).toEqual(["database-1", "database-2", "database-3"]);
    expect(Object.keys(resource.aws_secretsmanager_secret)).toEqual(["database-password", "database-settings"]);
  });

  test("lets in whom it is told to, on its port, at both ends", () => {
    const stack = awsStack();
    const database = aurora(stack, { port: 6432 });
    database.allowFrom(new SecurityGroup(stack, "server", { network, name: "shop-server", description: "The server of shop" }));
    const rule = { ip_protocol: "tcp", from_port: 6432, to_port: 6432, description: "PostgreSQL from shop-server" };
    expect(resourceOf(stack, "aws_vpc_security_group_ingress_rule")).toMatchObject(rule);
    expect(resourceOf(stack, "aws_vpc_security_group_egress_rule")).toMatchObject(rule);
  });

  test("lets a role read the settings", () => {
    const stack = awsStack();
    aurora(stack).settings.grantRead(Object.assign(new Construct(stack, "reader"), { roleName: "shop-reader" }));
    expect(resourcesOf(stack, "aws_iam_role_policy").map(({ name, role }) => [name, role])).toEqual([["read-database-settings", "shop-reader"]]);
  });

  test("can be taken down on purpose, and only then", () => {
    const stack = awsStack();
    aurora(stack, { deletionProtection: false, finalSnapshot: false });
    expect(resourceOf(stack, "aws_rds_cluster")).toMatchObject({ deletion_protection: false, skip_final_snapshot: true, lifecycle: { prevent_destroy: false } });
    expect(resourceOf(stack, "aws_rds_cluster")).not.toHaveProperty("final_snapshot_identifier");
  });

  test("stores without a charge for I/O where that is asked for", () => {
    const stack = awsStack();
    aurora(stack, { ioOptimized: true });
    expect(resourceOf(stack, "aws_rds_cluster")["storage_type"]).toBe("aurora-iopt1");
  });

  test("has a key of its own when it is given none", () => {
    const stack = awsStack();
    new AuroraPostgres(stack, "Shop", { network });
    expect(resourceOf(stack, "aws_kms_alias")["name"]).toBe("alias/test-shop-database");
    expect(resourceOf(stack, "aws_rds_cluster")["cluster_identifier"]).toBe("test-shop");
  });
});

describe("AuroraPostgres that takes over from RDS", () => {
  test("follows with one instance and no user, password or database of its own", () => {
    const stack = awsStack();
    aurora(stack, { replicationSourceArn: sourceArn, engineVersion: "17.6", capacity: provisioned });
    const cluster = resourceOf(stack, "aws_rds_cluster");
    expect(cluster).toMatchObject({ replication_source_identifier: sourceArn, engine_version: "17.6", kms_key_id: encryptionKey.keyArn });
    for (const key of ["database_name", "master_username", "master_password_wo", "master_password_wo_version", "availability_zones"]) expect(cluster).not.toHaveProperty(key);
    expect(resourcesOf(stack, "aws_rds_cluster_instance").map(({ identifier }) => identifier)).toEqual(["shop-prod-1"]);
    expect(resourcesOf(stack, "aws_appautoscaling_target")).toEqual([]);
    expect(resourcesOf(stack, "aws_secretsmanager_secret")).toEqual([]);
    expect(synthesized(stack)).not.toHaveProperty("ephemeral");
  });

  test("stands beside the instance in one stack, and shares its subnet group and nothing else while it follows", () => {
    const stack = awsStack();
    const rds = new PostgresInstance(stack, "rds", { network, name: "shop-prod", encryptionKey });
    const before = predecessor();
    aurora(stack, { replicationSourceArn: rds.instanceArn, engineVersion: "17.6", predecessor: { ...before, subnetGroupName: rds.subnetGroupName } });
    expect(resourceOf(stack, "aws_rds_cluster")).toMatchObject({
      replication_source_identifier: "${aws_db_instance.database.arn}",
      db_subnet_group_name: "${aws_db_subnet_group.database.name}",
    });
    expect(before.hosts).toEqual([]);
  });

  test("is promoted with the instance's password, and sends applications to itself by the instance's settings", () => {
    const stack = awsStack();
    const before = predecessor();
    const database = aurora(stack, { engineVersion: "17.6", predecessor: before });
    const cluster = resourceOf(stack, "aws_rds_cluster");
    expect(cluster).toMatchObject({ master_password_wo: before.password.value, master_password_wo_version: 3 });
    expect(cluster).not.toHaveProperty("replication_source_identifier");
    expect(resourcesOf(stack, "aws_rds_cluster_instance")).toHaveLength(3);
    expect(resourcesOf(stack, "aws_secretsmanager_secret")).toEqual([]);
    expect(before.hosts).toEqual([database.host, database.readerHost]);
    expect(database.settings.secretArn).toBe(before.settings.secretArn);
  });

  test("takes over from a PostgresInstance as it is: its subnets, its password, and the secret that applications read", () => {
    const stack = awsStack();
    const rds = new PostgresInstance(stack, "rds", { network, name: "shop-prod", encryptionKey });
    const settings = () => resourcesOf(stack, "aws_secretsmanager_secret_version").map(({ secret_string_wo }) => secret_string_wo).find((text) => text.includes("host"));
    expect(settings()).toContain("aws_db_instance.database.address");
    const database = aurora(stack, { engineVersion: "17.6", predecessor: rds });
    expect(settings()).toMatch(/host.*aws_rds_cluster\.database\.endpoint.*reader_host.*aws_rds_cluster\.database\.reader_endpoint/);
    expect(settings()).not.toContain("aws_db_instance.database.address");
    expect(resourceOf(stack, "aws_rds_cluster")).toMatchObject({ master_password_wo: resourceOf(stack, "aws_db_instance")["password_wo"], db_subnet_group_name: "${aws_db_subnet_group.database.name}" });
    expect(resourcesOf(stack, "aws_secretsmanager_secret")).toHaveLength(2);
    expect(database.settings.secretArn).toBe(rds.settings.secretArn);
  });

  test("throws when its settings are asked for while it follows", () => {
    const database = aurora(awsStack(), { replicationSourceArn: sourceArn, engineVersion: "17.6" });
    expect(messageOf(() => database.settings)).toBe(
      `test/db: the cluster follows ${sourceArn}, and applications connect to that one until it is promoted.\n` +
        "    → Read the settings of the source. To promote, take `replicationSourceArn` away.",
    );
  });
});

describe("the alarms of AuroraPostgres", () => {
  const alarmsOf = (props: Partial<AuroraPostgresProps>) => {
    const stack = awsStack();
    aurora(stack, props).addAlarms(topic);
    return resourcesOf(stack, "aws_cloudwatch_metric_alarm").map(({ alarm_name, metric_name, threshold }) => [alarm_name, metric_name, threshold]);
  };

  test("tell of capacity, connections, lag and storage of a serverless cluster", () => {
    expect(alarmsOf({})).toEqual([
      ["shop-prod-aurora-capacity", "ACUUtilization", 90],
      ["shop-prod-aurora-connections", "DatabaseConnections", 2307],
      ["shop-prod-aurora-lag", "AuroraReplicaLagMaximum", 1000],
      ["shop-prod-aurora-volume", "VolumeBytesUsed", 1000 * 1024 ** 3],
    ]);
  });

  test("tell of CPU instead of capacity where instances are of a class", () => {
    expect(alarmsOf({ capacity: provisioned })).toEqual([
      ["shop-prod-aurora-connections", "DatabaseConnections", 1153],
      ["shop-prod-aurora-cpu", "CPUUtilization", 80],
      ["shop-prod-aurora-lag", "AuroraReplicaLagMaximum", 1000],
      ["shop-prod-aurora-volume", "VolumeBytesUsed", 1000 * 1024 ** 3],
    ]);
  });

  test("count with the 2,000 connections that instances from 0.5 ACU allow", () => {
    expect(alarmsOf({ capacity: { kind: "serverless", minAcu: 0.5, maxAcu: 64 } })).toContainEqual(["shop-prod-aurora-connections", "DatabaseConnections", 1600]);
  });

  test("tell of no lag where nobody can lag", () => {
    expect(alarmsOf({ readerCount: 0 }).map(([, metric]) => metric)).not.toContain("AuroraReplicaLagMaximum");
  });

  test("tell of the lag behind the source while the cluster follows one", () => {
    expect(alarmsOf({ replicationSourceArn: sourceArn, engineVersion: "17.6" })).toContainEqual(["shop-prod-aurora-source-lag", "RDSToAuroraPostgreSQLReplicaLag", 60]);
  });

  test("go to the topic when they begin and when they end", () => {
    const stack = awsStack();
    aurora(stack).addAlarms(topic);
    expect(resourcesOf(stack, "aws_cloudwatch_metric_alarm")[0]).toMatchObject({
      namespace: "AWS/RDS",
      dimensions: { DBClusterIdentifier: "${aws_rds_cluster.database.cluster_identifier}" },
      statistic: "Maximum",
      comparison_operator: "GreaterThanOrEqualToThreshold",
      alarm_actions: [topic.topicArn],
      ok_actions: [topic.topicArn],
    });
  });

  test("throw when the memory of a class is not known and the alarm on connections has no threshold", () => {
    const database = aurora(awsStack(), { capacity: { kind: "provisioned", instanceClass: "db.z9.large" } });
    expect(messageOf(() => database.addAlarms(topic))).toBe(
      "test/db: the memory of db.z9.large is not known here, and with it how many connections it allows.\n" +
        "    → Give the alarms `connections`: four fifths of `SHOW max_connections`.",
    );
    expect(() => database.addAlarms(topic, { connections: 400 })).not.toThrow();
  });
});

describe("AuroraPostgres throws", () => {
  test.each<[Partial<AuroraPostgresProps>, string]>([
    [
      { name: "Shop" },
      'name is "Shop"; RDS takes lower-case letters, digits and single dashes, beginning with a letter, 2 to 47 of them here.\n    → Give a name such as "specweave-prod".',
    ],
    [
      { address: "shop.prod" },
      'address is "shop.prod"; a name in Terraform has lower-case letters, digits, _ and -, and begins with a letter.\n    → Give an address such as "database".',
    ],
    [
      { engineVersion: "latest" },
      'engineVersion is "latest"; a version of PostgreSQL is a major one, or a major and a minor one.\n    → Write, for example, "17" or "17.6".',
    ],
    [
      { replicationSourceArn: sourceArn },
      'engineVersion is "17" and the cluster follows an RDS instance; AWS takes a minor version that is not below the source\'s, and a major one alone leaves that to chance.\n    → Write the source\'s version, such as "17.6"; after the promotion, the major one alone will do again.',
    ],
    ...([
      [0, 4],
      [0.7, 4],
      [8, 4],
      [0.5, 0.5],
      [2, 300],
    ] as const).map(([minAcu, maxAcu]): [Partial<AuroraPostgresProps>, string] => [
      { capacity: { kind: "serverless", minAcu, maxAcu } },
      `capacity is from ${minAcu} to ${maxAcu} ACU; both are 0.5 to 256 in steps of 0.5, minAcu not above maxAcu, and maxAcu 1 at least. (0, which pauses the database, is not for one that others wait for.)\n    → Give a range such as 2 to 16.`,
    ]),
    [
      { capacity: { kind: "provisioned", instanceClass: "r7g.large" } },
      'the instance class is "r7g.large", which is none of Aurora\'s.\n    → Write, for example, "db.r7g.large".',
    ],
    [
      { capacity: { kind: "provisioned", instanceClass: "db.serverless" } },
      'the instance class is "db.serverless", which is none of Aurora\'s.\n    → Write, for example, "db.r7g.large".',
    ],
    [
      { readerCount: 16 },
      "readerCount is 16 and maxReaderCount is 16; they are whole numbers with 0 ≤ readerCount ≤ maxReaderCount ≤ 15.\n    → Leave them out for 2.",
    ],
    [
      { maxReaderCount: 1 },
      "readerCount is 2 and maxReaderCount is 1; they are whole numbers with 0 ≤ readerCount ≤ maxReaderCount ≤ 15.\n    → Leave them out for 2.",
    ],
    [{ readerCpuPercent: 95 }, "readerCpuPercent is 95; it is a whole number from 10 to 90.\n    → Leave it out for 60."],
    [
      { backupRetentionDays: 0 },
      "backupRetentionDays is 0; Aurora keeps automated backups for 1 to 35 days.\n    → Give a number in that range, or leave it out for 14.",
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
      "the network has 1 data subnets; RDS wants two zones at least.\n    → Give a network over two zones or more.",
    ],
  ])("when given %j", (props, message) => {
    expect(messageOf(() => aurora(awsStack(), props))).toBe(`test/db: ${message}`);
  });

  test("when two databases of a stack would have one address", () => {
    const stack = awsStack();
    aurora(stack);
    expect(messageOf(() => new AuroraPostgres(stack, "other", { network, name: "other", encryptionKey }))).toBe(
      "test/other/subnets: its address aws_db_subnet_group.database is that of test/db/subnets already, and Terraform would see one of the two only.\n" +
        "    → Give the two databases different `address`es.",
    );
  });
});

test("The defaults are those that the documentation names", () => {
  expect(documentedDefaults("lib/constructs/aurora-postgres.ts", "AuroraPostgresProps")).toEqual(DEFAULTS);
  expect(documentedDefaults("lib/constructs/aurora-postgres.ts", "AuroraAlarmsProps")).toEqual(ALARM_DEFAULTS);
});
