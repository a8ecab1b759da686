# graphql-core reads the committed schema, and checks the operations of the clients against the introspected one.
import json
import os
import urllib.request

from graphql import GraphQLError, build_ast_schema, build_client_schema, introspection_query, parse, validate


def text(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def read(text):
    try:
        return 'OrderResult' in build_ast_schema(parse(text)).get_type_map()
    except GraphQLError as error:
        return str(error).splitlines()[0]


body = json.dumps({'query': introspection_query}).encode()
request = urllib.request.Request(os.environ['URL'] + '/graphql', body, {'Content-Type': 'application/json'})
schema = build_client_schema(json.load(urllib.request.urlopen(request))['data'])
errors = [error.message for file in os.environ['OPERATIONS'].split(':') for error in validate(schema, parse(text(file)))]
print(json.dumps({'types': read(text(os.environ['SCHEMA'])), 'refused': sorted(set(errors))}))
