def limit(request):
    return request
