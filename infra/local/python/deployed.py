"""What the SAM client leaves to do on the local AWS after a deploy.

Usage: deployed.py api <stack>               prints the stack's outputs as JSON
       deployed.py environment <stack>       prints what its functions find set, a line each
       deployed.py code <function>=<bootstrap> ...
       deployed.py user <name>               prints a user and a new key of theirs as JSON
"""

import io
import json
import os
import re
import sys
import zipfile

import boto3


def api(stack):
    """Makes of the HTTP API what MiniStack does not read from its OpenAPI body: its
    routes, and who may call it from a browser."""
    cloudformation = boto3.client("cloudformation")
    template = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    template = json.loads(template) if isinstance(template, str) else template
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            found = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=name)
            api_id, body = found["StackResourceDetail"]["PhysicalResourceId"], resource["Properties"]["Body"]
            make_routes(api_id, dict(wanted_routes(stack, body)))
            let_in(api_id, body, described["Parameters"])
        elif resource["Type"] == "AWS::Lambda::Alias":
            release_latest(stack, resource["Properties"])
    print(json.dumps({o["OutputKey"]: o["OutputValue"] for o in described["Outputs"]}))


def wanted_routes(stack, body):
    """Pairs of route key and function ARN."""
    arns = {}
    cloudformation, functions = boto3.client("cloudformation"), boto3.client("lambda")
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            name = re.search(r"\$\{(\w+?)(Aliaslive)?(\.Arn)?\}", uri)[1]
            if name not in arns:
                found = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=name)
                function = found["StackResourceDetail"]["PhysicalResourceId"]
                arns[name] = functions.get_function(FunctionName=function)["Configuration"]["FunctionArn"]
            method = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            yield f"{method} {path}", arns[name]


def let_in(api_id, body, parameters):
    """Lets pages of the origins in that the stack's parameter names."""
    origins = next(p["ParameterValue"] for p in parameters if p["ParameterKey"] == "AllowedOrigins")
    gateway = boto3.client("apigatewayv2")
    if not origins:
        gateway.delete_cors_configuration(ApiId=api_id)
        return
    condition, cors, _ = body["x-amazon-apigateway-cors"]["Fn::If"]
    assert condition == "HasAllowedOrigins"
    cors = {name[0].upper() + name[1:]: value for name, value in cors.items()}
    gateway.update_api(ApiId=api_id, CorsConfiguration=cors | {"AllowOrigins": origins.split(",")})


def release_latest(stack, alias):
    """Has an alias follow the code: here a function gets new code without a new version."""
    name = alias["FunctionName"]["Ref"]
    found = boto3.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=name)
    function = found["StackResourceDetail"]["PhysicalResourceId"]
    boto3.client("lambda").update_alias(FunctionName=function, Name=alias["Name"], FunctionVersion="$LATEST")


def make_routes(api, wanted):
    """Leaves `api` with exactly the wanted routes, one integration a function."""
    gateway = boto3.client("apigatewayv2")
    integrations = {i["IntegrationUri"]: i["IntegrationId"] for i in gateway.get_integrations(ApiId=api)["Items"]}
    for arn in set(wanted.values()) - set(integrations):
        made = gateway.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
        )
        integrations[arn] = made["IntegrationId"]
    present = {}
    for route in gateway.get_routes(ApiId=api)["Items"]:
        if route.get("Target") == target(integrations, wanted.get(route["RouteKey"])):
            present[route["RouteKey"]] = route["RouteId"]
        else:
            gateway.delete_route(ApiId=api, RouteId=route["RouteId"])
    for key in wanted.keys() - present.keys():
        gateway.create_route(ApiId=api, RouteKey=key, Target=target(integrations, wanted[key]))


def target(integrations, arn):
    return f"integrations/{integrations.get(arn)}"


def environment(stack):
    """What the stack's functions find set, and where their AWS is: for running one by hand."""
    ours = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL")
    found = {name: os.environ[name] for name in ours} | {"AWS_REGION": os.environ["AWS_DEFAULT_REGION"]}
    for page in boto3.client("lambda").get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function["FunctionName"].startswith(f"{stack}-"):
                found |= function.get("Environment", {}).get("Variables", {})
    for name, value in sorted(found.items()):
        print(f"{name}={value}")


def code(pairs):
    """Gives functions new code without a deploy."""
    functions = boto3.client("lambda")
    for pair in pairs:
        name, bootstrap = pair.split("=", 1)
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.write(bootstrap, "bootstrap")
        functions.update_function_code(FunctionName=name, ZipFile=package.getvalue())


def user(name):
    """A user without any right of its own; what others grant it is all it may do."""
    iam = boto3.client("iam")
    try:
        arn = iam.create_user(UserName=name)["User"]["Arn"]
    except iam.exceptions.EntityAlreadyExistsException:
        arn = iam.get_user(UserName=name)["User"]["Arn"]
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    key = iam.create_access_key(UserName=name)["AccessKey"]
    print(json.dumps({"arn": arn, "id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["api", stack]:
            api(stack)
        case ["environment", stack]:
            environment(stack)
        case ["code", *pairs]:
            code(pairs)
        case ["user", name]:
            user(name)
        case _:
            sys.exit(__doc__)
