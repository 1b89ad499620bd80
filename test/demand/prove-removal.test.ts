import { add, set } from "../support/mutate";
import { proves, refutes } from "../support/proofs";
import { layerOf, synthesizeAll, type Asked } from "../support/synthesize";

const DOMAIN = { domain: { name: "api.example.com" } };
const SERVER = layerOf("0001-server", [["compute", { instances: 1 }], ["database", { engine: "postgres" }]]);
const FLEET = layerOf("0005-fleet", [["compute", { instances: 3 }], ["load-balancer", { type: "application" }], ["read-replica", {}]]);
const AURORA = layerOf("0012-aurora", [["database", { engine: "aurora-postgresql" }]]);
const removing = (increment: string, ...things: readonly object[]) => layerOf(increment, things.map((thing): Asked => ["removal", thing]));

const all = synthesizeAll([SERVER, FLEET, AURORA], DOMAIN);
const unprotected = synthesizeAll([SERVER, FLEET, AURORA, removing("0020-lift", { of: "fleet", step: "unprotect" }, { of: "database", step: "unprotect" }, { of: "aurora", step: "unprotect" })], DOMAIN);
const withoutServer = synthesizeAll([SERVER, FLEET, AURORA, removing("0020-clean", { of: "server" })], DOMAIN);
const bare = synthesizeAll([layerOf("0001-network", [["network", {}]])]);

proves("removal", { of: "server" }, withoutServer, "no server", [], [["the server is still there", add("aws_instance.server", { ami: "ami-1" })]]);
proves("removal", { of: "fleet" }, bare, "no fleet", [], [
  ["the fleet is still there", add("aws_autoscaling_group.fleet_group", { min_size: 1 })],
  ["the fleet is still there", add("aws_lb.load-balancer_load-balancer", { name: "x" })],
]);
proves("removal", { of: "read-replica" }, bare, "no read replica", [], [["the read replica is still there", add("aws_db_instance.replica", { replicate_source_db: "x" })]]);
proves("removal", { of: "database" }, bare, "no RDS instance", [], [["the RDS instance is still there", add("aws_db_instance.database", { engine: "postgres" })]]);
proves("removal", { of: "aurora" }, bare, "no Aurora cluster", [], [["the Aurora cluster is still there", add("aws_rds_cluster.aurora", { engine: "aurora-postgresql" })]]);

refutes("removal", { of: "server" }, all, "the server is still there");
refutes("removal", { of: "fleet" }, all, "the fleet is still there");
refutes("removal", { of: "read-replica" }, all, "the read replica is still there");
refutes("removal", { of: "database" }, all, "the RDS instance is still there");
refutes("removal", { of: "aurora" }, all, "the Aurora cluster is still there");
refutes("removal", {}, bare, "it is not said what");

const database = "aws_db_instance.database";
const replica = "aws_db_instance.database_replica";
const balancer = "aws_lb.load-balancer_load-balancer";
proves("removal", { of: "database", step: "unprotect" }, unprotected, "the RDS instance can be removed", [database, replica], [
  ["AWS protects it", set(database, "deletion_protection", true)],
  ["Terraform protects it", set(replica, "lifecycle.prevent_destroy", true)],
]);
proves("removal", { of: "fleet", step: "unprotect" }, unprotected, "the fleet can be removed", [balancer, "aws_autoscaling_group.fleet_group"], [["AWS protects it", set(balancer, "enable_deletion_protection", true)]]);
proves("removal", { of: "aurora", step: "unprotect" }, unprotected, "the Aurora cluster can be removed", ["aws_rds_cluster.aurora"], [["AWS protects it", set("aws_rds_cluster.aurora", "deletion_protection", true)]]);
refutes("removal", { of: "database", step: "unprotect" }, all, "AWS protects it, Terraform protects it");
refutes("removal", { of: "database", step: "unprotect" }, bare, "no RDS instance");
