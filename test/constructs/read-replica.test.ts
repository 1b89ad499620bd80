import { Testing } from "cdktf";
import { PostgresInstance } from "../../lib/constructs/postgres-instance";
import { ReadReplica, type ReadReplicaProps } from "../../lib/constructs/read-replica";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

const network = { vpcId: "vpc-1", dataSubnetIds: ["subnet-a", "subnet-b"], availabilityZones: ["eu-central-1a", "eu-central-1b"] };
const topic = { topicArn: "arn:topic" };

function stackOf(props: Partial<ReadReplicaProps> = {}, then: (replica: ReadReplica) => void = () => {}) {
  const stack = emptyStack();
  const source = new PostgresInstance(stack, "database", { network, name: "shop-prod", instanceClass: "db.t4g.medium" });
  then(new ReadReplica(stack, "replica", { source, network, ...props }));
  return stack;
}

function replicaOf(props: Partial<ReadReplicaProps> = {}): Record<string, any> {
  return JSON.parse(Testing.synth(stackOf(props))).resource.aws_db_instance.database_replica;
}

describe("ReadReplica", () => {
  test("follows the source by its ARN, in its subnets, with its key, parameters and security group", () => {
    const { aws_db_instance: instances } = JSON.parse(Testing.synth(stackOf())).resource;
    const { database, database_replica: replica } = instances;
    expect(replica.replicate_source_db).toBe("${aws_db_instance.database.arn}");
    for (const same of ["kms_key_id", "parameter_group_name", "vpc_security_group_ids", "db_subnet_group_name", "instance_class", "port"]) expect([same, replica[same]]).toEqual([same, database[same]]);
  });

  test("sets what a replica does not get by being one", () => {
    expect(replicaOf()).toMatchObject({
      storage_encrypted: true,
      publicly_accessible: false,
      iam_database_authentication_enabled: true,
      auto_minor_version_upgrade: true,
      copy_tags_to_snapshot: true,
      deletion_protection: true,
      skip_final_snapshot: true,
      performance_insights_enabled: true,
      monitoring_interval: 60,
      enabled_cloudwatch_logs_exports: ["postgresql", "upgrade"],
      tags: { Name: "shop-prod-replica" },
    });
  });

  test("has no user, password or database of its own", () => {
    for (const argument of ["username", "password", "password_wo", "db_name", "allocated_storage", "engine"]) expect(replicaOf()).not.toHaveProperty(argument);
  });

  test("stands in a zone that the source is not in, and stays there when the source moves", () => {
    expect(replicaOf().availability_zone).toBe("${element(tolist(setsubtract(toset([\"eu-central-1a\", \"eu-central-1b\"]), toset([aws_db_instance.database.availability_zone]))), 0)}");
    expect(replicaOf().lifecycle).toEqual({ prevent_destroy: true, ignore_changes: ["availability_zone"] });
    expect(replicaOf({ availabilityZone: "eu-central-1b" })).toMatchObject({ availability_zone: "eu-central-1b", lifecycle: { ignore_changes: [] } });
    expect(replicaOf({ multiAz: true })).not.toHaveProperty("availability_zone");
  });

  test("tells applications of itself, through the settings that they have", () => {
    const settings = (props: Partial<ReadReplicaProps>) => JSON.parse(Testing.synth(stackOf(props))).resource.aws_secretsmanager_secret_version["database-settings"].secret_string_wo;
    expect(settings({})).toContain('"reader_host" = aws_db_instance.database_replica.address');
    expect(settings({ announce: false })).not.toContain("reader_host");
  });

  test("tells the topic when it falls behind, is busy or full", () => {
    const alarms = new Synthesized(stackOf({}, (replica) => replica.addAlarms(topic, { lagSeconds: 30 }))).resources("aws_cloudwatch_metric_alarm");
    expect(Object.fromEntries(Object.values(alarms).map(({ metric_name, threshold }) => [metric_name, threshold]))).toEqual({
      ReplicaLag: 30,
      CPUUtilization: 80,
      FreeStorageSpace: Math.round(20 * 1024 ** 3 * 0.08),
    });
  });

  test("is the same in HCL", () => {
    expect(/resource "aws_db_instance" "database_replica" \{\n([^]*?\n)\}\n\n/.exec(Testing.synthHcl(stackOf()))![1]).toMatchSnapshot();
  });

  test("throws when it has the name of the source", () => {
    expect(errorOf(() => stackOf({ name: "shop-prod" })).message).toBe(
      'stack/replica: name is "shop-prod"; RDS takes 2 to 63 lower-case letters, digits and single dashes, beginning with a letter, and another name than the source\'s.\n    → Give a name such as "specweave-prod-replica".',
    );
  });
});
