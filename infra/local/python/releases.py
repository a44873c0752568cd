"""Holds infra/template.yaml to what becomes of it on AWS, where it is released step by
step: both of its transforms are applied as the client has them.

Usage: releases.py <template>
"""

import logging
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")

from samcli.lib.cfn_language_extensions.api import process_template  # noqa: E402
from samcli.yamlhelper import yaml_parse  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402


class NoManagedPolicies:
    """Names of managed policies are not looked up."""

    def load(self):
        return {}


def processed(path, **parameters):
    """The resources that CloudFormation is left with."""
    template = yaml_parse(open(path).read())
    defaults = {name: one["Default"] for name, one in template["Parameters"].items() if "Default" in one}
    values = defaults | parameters
    for function in template["Resources"].values():
        if function["Type"] == "AWS::Serverless::Function":
            function["Properties"]["CodeUri"] = "s3://bucket/key"
    template = process_template(template, parameter_values=values)
    template["Transform"] = "AWS::Serverless-2016-10-31"
    return transform(template, values, NoManagedPolicies())["Resources"]


def of_type(resources, kind):
    return {name for name, resource in resources.items() if resource["Type"] == kind}


def main(path):
    logging.disable(logging.CRITICAL)
    dev = processed(path)
    functions = of_type(dev, "AWS::Lambda::Function")
    assert functions and not of_type(dev, "AWS::CodeDeploy::DeploymentGroup"), "dev is released at once"
    assert {f"{name}Aliaslive" for name in functions} == of_type(dev, "AWS::Lambda::Alias")

    for stage in ("staging", "production"):
        live = processed(path, Stage=stage)
        groups = of_type(live, "AWS::CodeDeploy::DeploymentGroup")
        assert groups == {f"{name}DeploymentGroup" for name in functions}, f"{stage} is released step by step"
        for group in groups:
            properties = live[group]["Properties"]
            assert len(properties["AlarmConfiguration"]["Alarms"]) >= 2, f"{group} stops at alarms"
            assert properties["AutoRollbackConfiguration"]["Enabled"], f"{group} goes back"

    # An environment is published with its version, so a parameter has to make a new one.
    versions = of_type(dev, "AWS::Lambda::Version")
    assert len(versions) == len(functions)
    mailing = of_type(processed(path, MailFrom="no-reply@example.com"), "AWS::Lambda::Version")
    assert [name.split("Version")[0] for name in mailing - versions] == ["MessengerFunction"]


if __name__ == "__main__":
    match sys.argv[1:]:
        case [path]:
            main(path)
        case _:
            sys.exit(__doc__)
