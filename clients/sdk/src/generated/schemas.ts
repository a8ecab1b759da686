// Written by `npm run sdk` from the documents of the gateway; do not edit.
export interface components {
    schemas: {
        ActivityActivityData: {
            event: string;
            /** @description Activities before it that were too many to publish. */
            omitted?: number;
            orderId?: string;
            productId?: string;
            reason?: string;
            reviewId?: string;
            userId?: string;
        };
        ActivityActivityEvent: {
            data: components["schemas"]["ActivityActivityData"];
            /** @enum {string} */
            event: "activity";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        ActivityEvent: components["schemas"]["ActivityActivityEvent"] | components["schemas"]["ActivityGapEvent"] | components["schemas"]["StreamEndEvent"] | components["schemas"]["StreamOverflowEvent"] | components["schemas"]["StreamShutdownEvent"];
        ActivityGapData: {
            /** @description Events after this one may be missing. */
            lastEventId?: string;
        };
        ActivityGapEvent: {
            data: components["schemas"]["ActivityGapData"];
            /** @enum {string} */
            event: "gap";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        Attachment: {
            /** Format: date-time */
            addedAt: string;
            id: string;
            name: string;
            /** @description In bytes. */
            size: number;
            /** @description The media type, as found by its content. */
            type: string;
            /** @description A link to the file, for a quarter of an hour, which needs no token. */
            url: string;
        };
        AttachmentBody: {
            uploadId: string;
        };
        AttachmentFields: {
            /** Format: date-time */
            addedAt?: string;
            id?: string;
            name?: string;
            /** @description In bytes. */
            size?: number;
            /** @description The media type, as found by its content. */
            type?: string;
            /** @description A link to the file, for a quarter of an hour, which needs no token. */
            url?: string;
        };
        AttachmentList: {
            items: components["schemas"]["Attachment"][];
        };
        AttachmentListFields: {
            items?: components["schemas"]["AttachmentFields"][];
        };
        Avatar: {
            /** @description At most 1,024 pixels. */
            large: string;
            /** @description At most 320 pixels. */
            medium: string;
            /** @description The path of the picture, at most 96 pixels wide and high. */
            small: string;
        };
        AvatarBody: {
            image?: string;
            uploadId?: string;
        };
        AvatarFields: {
            /** @description At most 1,024 pixels. */
            large?: string;
            /** @description At most 320 pixels. */
            medium?: string;
            /** @description The path of the picture, at most 96 pixels wide and high. */
            small?: string;
        };
        /** @description A product, and how often it was sold in a year. */
        BestSeller: {
            product: components["schemas"]["Product"];
            /** Format: int32 */
            sold: number;
        };
        /** @description A product, and how often it was sold in a year. */
        BestSellerFields: {
            product?: components["schemas"]["ProductFields"];
            /** Format: int32 */
            sold?: number;
        };
        /** @description The best-selling products, best first. */
        BestSellers: {
            /**
             * Format: date-time
             * @description When they were counted; null before the first count.
             */
            countedAt: string | null;
            degraded: components["schemas"]["Degraded"][];
            items: components["schemas"]["BestSeller"][];
        };
        /** @description The best-selling products, best first. */
        BestSellersFields: {
            /**
             * Format: date-time
             * @description When they were counted; null before the first count.
             */
            countedAt?: string | null;
            degraded?: components["schemas"]["DegradedFields"][];
            items?: components["schemas"]["BestSellerFields"][];
        };
        BrowserLogout: {
            /** @description The URL that ends the session at the provider; its query contains an ID token. */
            endSessionUrl: string;
        };
        BrowserLogoutFields: {
            /** @description The URL that ends the session at the provider; its query contains an ID token. */
            endSessionUrl?: string;
        };
        BrowserSession: {
            /** @description The scopes of the user. */
            scopes: string[];
            userId: string;
        };
        BrowserSessionFields: {
            /** @description The scopes of the user. */
            scopes?: string[];
            userId?: string;
        };
        ChangePasswordInput: {
            currentPassword: string;
            newPassword: string;
        };
        ChatBody: {
            messages: {
                content: string;
                /** @enum {string} */
                role: "user" | "assistant";
            }[];
        };
        ChatDegradedData: {
            degraded: {
                ageSeconds?: number;
                part: string;
                /** @enum {string} */
                reason: "UNAVAILABLE" | "TIMEOUT" | "OVERLOADED" | "BAD_RESPONSE" | "STALE";
            }[];
        };
        ChatMessageData: {
            choices: {
                delta: {
                    content?: string;
                };
                finish_reason: string | null;
                index: number;
            }[];
            /** @constant */
            object: "chat.completion.chunk";
        } | "[DONE]";
        ClockEvent: components["schemas"]["ClockTickEvent"] | components["schemas"]["StreamEndEvent"] | components["schemas"]["StreamOverflowEvent"] | components["schemas"]["StreamShutdownEvent"];
        ClockTickData: {
            /** Format: date-time */
            now: string;
        };
        ClockTickEvent: {
            data: components["schemas"]["ClockTickData"];
            /** @enum {string} */
            event: "tick";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        /** @description A missing or stale part of a response: it is null, unless the reason is STALE. */
        Degraded: {
            /**
             * Format: int32
             * @description The age of a stale part, in seconds.
             */
            ageSeconds?: number | null;
            /** @description The path of the part in the response, for example `recentOrders`. */
            part: string;
            reason: components["schemas"]["DegradedReason"];
        };
        /** @description A missing or stale part of a response: it is null, unless the reason is STALE. */
        DegradedFields: {
            /**
             * Format: int32
             * @description The age of a stale part, in seconds.
             */
            ageSeconds?: number | null;
            /** @description The path of the part in the response, for example `recentOrders`. */
            part?: string;
            reason?: components["schemas"]["DegradedReason"];
        };
        /** @enum {string} */
        DegradedReason: "UNAVAILABLE" | "TIMEOUT" | "OVERLOADED" | "BAD_RESPONSE" | "STALE";
        /** @description An order of an export. One that cannot be read has its `id`, and null in place of everything else. */
        ExportedOrder: {
            id: string;
            lines: components["schemas"]["OrderLine"][] | null;
            /** Format: date-time */
            placedAt: string | null;
            status: components["schemas"]["OrderStatus"] | null;
            total: components["schemas"]["Money"] | null;
            userId: string | null;
        };
        /** @description A GraphQL response without data: the request was refused. */
        GraphqlRefusal: {
            errors: {
                extensions?: {
                    code?: string;
                    requestId?: string;
                } & {
                    [key: string]: unknown;
                };
                locations?: {
                    [key: string]: unknown;
                }[];
                message: string;
                path?: (string | number)[];
            }[];
            extensions?: {
                [key: string]: unknown;
            };
        };
        /** @description A GraphQL request; `documentId` names a trusted operation in place of `query`. */
        GraphqlRequest: {
            /** @description For example `web/home`. */
            documentId?: string;
            extensions?: {
                [key: string]: unknown;
            } | null;
            operationName?: string | null;
            query?: string;
            variables?: {
                [key: string]: unknown;
            } | null;
        };
        /** @description A GraphQL response. `extensions.degraded` names parts that are missing or stale. */
        GraphqlResponse: {
            data?: {
                [key: string]: unknown;
            } | null;
            errors?: {
                extensions?: {
                    code?: string;
                    requestId?: string;
                } & {
                    [key: string]: unknown;
                };
                locations?: {
                    [key: string]: unknown;
                }[];
                message: string;
                path?: (string | number)[];
            }[];
            extensions?: {
                [key: string]: unknown;
            };
        };
        /** @description The home page. An unavailable part is null and named in `degraded`. */
        Home: {
            /** @description The parts of this page that are missing or stale. */
            degraded: components["schemas"]["Degraded"][];
            /** @description The caller's newest orders, newest first. */
            recentOrders: components["schemas"]["Order"][] | null;
            /** @description Products recommended to the caller, best first. */
            recommendations: components["schemas"]["Product"][] | null;
            user: components["schemas"]["User"] | null;
        };
        /** @description The home page. An unavailable part is null and named in `degraded`. */
        HomeFields: {
            /** @description The parts of this page that are missing or stale. */
            degraded?: components["schemas"]["DegradedFields"][];
            /** @description The caller's newest orders, newest first. */
            recentOrders?: components["schemas"]["OrderFields"][] | null;
            /** @description Products recommended to the caller, best first. */
            recommendations?: components["schemas"]["ProductFields"][] | null;
            user?: components["schemas"]["UserFields"] | null;
        };
        /** @description Work that continues after its request was answered. */
        Job: {
            /**
             * Format: int32
             * @description The number of the latest attempt; 0 before the first.
             */
            attempt: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            endedAt: string | null;
            failure: components["schemas"]["JobFailure"] | null;
            id: string;
            /** @description Whether it was cancelled and has not stopped yet. */
            isCancelling: boolean;
            /** @description Whether the state is final. */
            isEnded: boolean;
            /** @description What the job does, for example `reports.write`. */
            kind: string;
            /** Format: int32 */
            maxAttempts: number;
            progress: components["schemas"]["JobProgress"] | null;
            /** @description What a completed job returned. */
            result: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: date-time
             * @description It is not run before this time.
             */
            runAt: string;
            /** Format: date-time */
            startedAt: string | null;
            state: components["schemas"]["JobState"];
        };
        JobEvent: components["schemas"]["JobStateEvent"] | components["schemas"]["JobProgressEvent"] | components["schemas"]["StreamEndEvent"] | components["schemas"]["StreamOverflowEvent"] | components["schemas"]["StreamShutdownEvent"];
        /** @description Why the last attempt of a job failed. */
        JobFailure: {
            /** @description A code of the catalogue of errors, or JOB_TIMEOUT or JOB_STALLED. */
            code: string;
            detail: string | null;
        };
        /** @description Why the last attempt of a job failed. */
        JobFailureFields: {
            /** @description A code of the catalogue of errors, or JOB_TIMEOUT or JOB_STALLED. */
            code?: string;
            detail?: string | null;
        };
        /** @description Work that continues after its request was answered. */
        JobFields: {
            /**
             * Format: int32
             * @description The number of the latest attempt; 0 before the first.
             */
            attempt?: number;
            /** Format: date-time */
            createdAt?: string;
            /** Format: date-time */
            endedAt?: string | null;
            failure?: components["schemas"]["JobFailureFields"] | null;
            id?: string;
            /** @description Whether it was cancelled and has not stopped yet. */
            isCancelling?: boolean;
            /** @description Whether the state is final. */
            isEnded?: boolean;
            /** @description What the job does, for example `reports.write`. */
            kind?: string;
            /** Format: int32 */
            maxAttempts?: number;
            progress?: components["schemas"]["JobProgressFields"] | null;
            /** @description What a completed job returned. */
            result?: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: date-time
             * @description It is not run before this time.
             */
            runAt?: string;
            /** Format: date-time */
            startedAt?: string | null;
            state?: components["schemas"]["JobState"];
        };
        JobList: {
            items: components["schemas"]["Job"][];
            /** @description The `after` of the next page; null on the last. */
            nextCursor: string | null;
        };
        JobListFields: {
            items?: components["schemas"]["JobFields"][];
            /** @description The `after` of the next page; null on the last. */
            nextCursor?: string | null;
        };
        /** @description How far a job is. */
        JobProgress: {
            done: number;
            /**
             * Format: int32
             * @description 0 to 100.
             */
            percent: number | null;
            /** @description Null while it is unknown. */
            total: number | null;
        };
        JobProgressEvent: {
            data: components["schemas"]["Job"];
            /** @enum {string} */
            event: "progress";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        /** @description How far a job is. */
        JobProgressFields: {
            done?: number;
            /**
             * Format: int32
             * @description 0 to 100.
             */
            percent?: number | null;
            /** @description Null while it is unknown. */
            total?: number | null;
        };
        /** @enum {string} */
        JobState: "WAITING" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";
        JobStateEvent: {
            data: components["schemas"]["Job"];
            /** @enum {string} */
            event: "state";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        LoginInput: {
            email: string;
            password: string;
        };
        /** @description An amount in the minor unit of its currency (ISO 4217). */
        Money: {
            amountMinor: number;
            /** @description A currency code (ISO 4217), for example USD. */
            currency: string;
        };
        /** @description An amount in the minor unit of its currency (ISO 4217). */
        MoneyFields: {
            amountMinor?: number;
            /** @description A currency code (ISO 4217), for example USD. */
            currency?: string;
        };
        NotificationEvent: components["schemas"]["NotificationJobEndedEvent"] | components["schemas"]["NotificationOrderMovedEvent"] | components["schemas"]["NotificationOrderPlacedEvent"] | components["schemas"]["NotificationOrdersDigestEvent"] | components["schemas"]["NotificationGapEvent"] | components["schemas"]["StreamEndEvent"] | components["schemas"]["StreamOverflowEvent"] | components["schemas"]["StreamShutdownEvent"];
        NotificationGapData: {
            /** @description Events after this one may be missing. */
            lastEventId?: string;
        };
        NotificationGapEvent: {
            data: components["schemas"]["NotificationGapData"];
            /** @enum {string} */
            event: "gap";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        NotificationJobEndedData: {
            jobId: string;
            kind: string;
            /** @enum {string} */
            state: "WAITING" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";
        };
        NotificationJobEndedEvent: {
            data: components["schemas"]["NotificationJobEndedData"];
            /** @enum {string} */
            event: "job.ended";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        NotificationOrderMovedData: {
            /** Format: date-time */
            occurredAt: string;
            orderId: string;
            /** @description 1, 2, 3 … for one order. */
            sequence: number;
            /** @enum {string} */
            status: "PLACED" | "PAID" | "PACKED" | "SHIPPED" | "DELIVERED" | "CANCELLED";
        };
        NotificationOrderMovedEvent: {
            data: components["schemas"]["NotificationOrderMovedData"];
            /** @enum {string} */
            event: "order.moved";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        NotificationOrderPlacedData: {
            orderId: string;
            total: {
                amountMinor: number;
                currency: string;
            };
        };
        NotificationOrderPlacedEvent: {
            data: components["schemas"]["NotificationOrderPlacedData"];
            /** @enum {string} */
            event: "order.placed";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        NotificationOrdersDigestData: {
            orders: {
                orderId: string;
                status: string;
            }[];
            /** Format: date-time */
            until: string;
        };
        NotificationOrdersDigestEvent: {
            data: components["schemas"]["NotificationOrdersDigestData"];
            /** @enum {string} */
            event: "orders.digest";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        Order: {
            id: string;
            lines: components["schemas"]["OrderLine"][];
            /** Format: date-time */
            placedAt: string;
            status: components["schemas"]["OrderStatus"];
            total: components["schemas"]["Money"];
        };
        OrderDegradedEvent: {
            data: components["schemas"]["Degraded"];
            /** @enum {string} */
            event: "degraded";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        OrderEvent: components["schemas"]["OrderStatusEvent"] | components["schemas"]["OrderDegradedEvent"] | components["schemas"]["OrderRestoredEvent"] | components["schemas"]["StreamEndEvent"] | components["schemas"]["StreamOverflowEvent"] | components["schemas"]["StreamShutdownEvent"];
        OrderExportBody: {
            /**
             * @default CSV
             * @enum {string}
             */
            format: "CSV" | "NDJSON" | "JSON";
        };
        OrderFields: {
            id?: string;
            lines?: components["schemas"]["OrderLineFields"][];
            /** Format: date-time */
            placedAt?: string;
            status?: components["schemas"]["OrderStatus"];
            total?: components["schemas"]["MoneyFields"];
        };
        /** @description A line of an order, with the name and price at the time it was placed. */
        OrderLine: {
            name: string;
            /** @description The current product; null if it no longer exists, or if unavailable (then named in `degraded`). */
            product?: components["schemas"]["Product"] | null;
            productId: string;
            /** Format: int32 */
            quantity: number;
            unitPrice: components["schemas"]["Money"];
        };
        /** @description A line of an order, with the name and price at the time it was placed. */
        OrderLineFields: {
            name?: string;
            /** @description The current product; null if it no longer exists, or if unavailable (then named in `degraded`). */
            product?: components["schemas"]["ProductFields"] | null;
            productId?: string;
            /** Format: int32 */
            quantity?: number;
            unitPrice?: components["schemas"]["MoneyFields"];
        };
        OrderList: {
            /** @description The missing or stale parts: an unreadable `items.2` is left out. */
            degraded: components["schemas"]["Degraded"][];
            items: components["schemas"]["Order"][];
            /** @description The `after` of the next page; null on the last. */
            nextCursor: string | null;
        };
        OrderListFields: {
            /** @description The missing or stale parts: an unreadable `items.2` is left out. */
            degraded?: components["schemas"]["DegradedFields"][];
            items?: components["schemas"]["OrderFields"][];
            /** @description The `after` of the next page; null on the last. */
            nextCursor?: string | null;
        };
        OrderPage: {
            /** @description The parts of this page that are missing or stale. */
            degraded: components["schemas"]["Degraded"][];
            order: components["schemas"]["Order"];
        };
        OrderPageFields: {
            /** @description The parts of this page that are missing or stale. */
            degraded?: components["schemas"]["DegradedFields"][];
            order?: components["schemas"]["OrderFields"];
        };
        /** @description The progress of an order. */
        OrderProgress: {
            /** @description Whether the status is final. */
            isFinal: boolean;
            /** Format: date-time */
            occurredAt: string;
            orderId: string;
            /** Format: int32 */
            percent: number | null;
            status: components["schemas"]["OrderStatus"];
            /**
             * Format: int32
             * @description 1 to `steps`; null for a cancelled order.
             */
            step: number | null;
            /** Format: int32 */
            steps: number;
        };
        OrderRestoredData: {
            part: string;
        };
        OrderRestoredEvent: {
            data: components["schemas"]["OrderRestoredData"];
            /** @enum {string} */
            event: "restored";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        /** @enum {string} */
        OrderStatus: "PLACED" | "PAID" | "PACKED" | "SHIPPED" | "DELIVERED" | "CANCELLED";
        OrderStatusEvent: {
            data: components["schemas"]["OrderProgress"];
            /** @enum {string} */
            event: "status";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        PlaceOrderBody: {
            expectedTotal?: {
                amountMinor: number;
                currency: string;
            } | null;
            lines: {
                productId: string;
                quantity: number;
            }[];
        };
        /** @description A problem document (RFC 9457). */
        Problem: {
            /** @enum {string} */
            code: "BAD_REQUEST" | "GRAPHQL_PARSE_FAILED" | "GRAPHQL_VALIDATION_FAILED" | "GRAPHQL_TOO_MANY_TOKENS" | "GRAPHQL_TOO_DEEP" | "GRAPHQL_TOO_MANY_ROOT_FIELDS" | "GRAPHQL_TOO_MANY_ALIASES" | "GRAPHQL_TOO_MANY_DIRECTIVES" | "GRAPHQL_TOO_MANY_FIELDS" | "GRAPHQL_PAGE_TOO_LARGE" | "GRAPHQL_TOO_EXPENSIVE" | "GRAPHQL_BATCH_REFUSED" | "GRAPHQL_INCREMENTAL_REFUSED" | "GRAPHQL_INTROSPECTION_OFF" | "UNAUTHENTICATED" | "STEP_UP_REQUIRED" | "FORBIDDEN" | "GRAPHQL_NOT_TRUSTED" | "NOT_FOUND" | "GRAPHQL_UNKNOWN_DOCUMENT" | "PERSISTED_QUERY_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "NOT_ACCEPTABLE" | "REQUEST_TIMEOUT" | "CONFLICT" | "OUT_OF_STOCK" | "PRICE_CHANGED" | "UNKNOWN_PRODUCT" | "NOT_CANCELLABLE" | "IDEMPOTENCY_IN_FLIGHT" | "OFFSET_MISMATCH" | "GONE" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "URI_TOO_LONG" | "UNSUPPORTED_MEDIA_TYPE" | "RANGE_NOT_SATISFIABLE" | "EXPECTATION_FAILED" | "VALIDATION_FAILED" | "IDEMPOTENCY_MISMATCH" | "LOCKED" | "UPGRADE_REQUIRED" | "PRECONDITION_REQUIRED" | "RATE_LIMITED" | "HEADERS_TOO_LARGE" | "CHECKSUM_MISMATCH" | "INTERNAL" | "UPSTREAM_UNAVAILABLE" | "UPSTREAM_BAD_RESPONSE" | "CIRCUIT_OPEN" | "OVERLOADED" | "UPSTREAM_TIMEOUT" | "STORAGE_FULL";
            /** @description The announced end of an operation: what `Deprecation`, `Sunset` and `Link` say. */
            deprecation?: {
                link?: string;
                since: string;
                sunset?: string;
            };
            detail?: string;
            /** @description Validation errors, by field. */
            errors?: {
                field: string;
                message: string;
            }[];
            instance: string;
            /** @description The refused lines of an order. */
            lines?: {
                available: number | null;
                productId: string;
                requested: number;
            }[];
            /** @description The id of this request in the logs. */
            requestId: string;
            /** Format: int32 */
            status: number;
            title: string;
            type: string;
        };
        Product: {
            category: string;
            description: string;
            id: string;
            imageUrl: string | null;
            inStock: boolean;
            name: string;
            price: components["schemas"]["Money"];
            /** @description 0 to 5; null without ratings. */
            rating: number | null;
        };
        ProductFields: {
            category?: string;
            description?: string;
            id?: string;
            imageUrl?: string | null;
            inStock?: boolean;
            name?: string;
            price?: components["schemas"]["MoneyFields"];
            /** @description 0 to 5; null without ratings. */
            rating?: number | null;
        };
        ProductImageBody: {
            uploadId: string;
        };
        ProductList: {
            /** @description The missing or stale parts: an unreadable `items.2` is left out. */
            degraded: components["schemas"]["Degraded"][];
            items: components["schemas"]["Product"][];
            /** Format: int32 */
            page: number;
            /** Format: int32 */
            pageSize: number;
            /**
             * Format: int32
             * @description The number of all matching products.
             */
            total: number;
            /** Format: int32 */
            totalPages: number;
        };
        ProductListFields: {
            /** @description The missing or stale parts: an unreadable `items.2` is left out. */
            degraded?: components["schemas"]["DegradedFields"][];
            items?: components["schemas"]["ProductFields"][];
            /** Format: int32 */
            page?: number;
            /** Format: int32 */
            pageSize?: number;
            /**
             * Format: int32
             * @description The number of all matching products.
             */
            total?: number;
            /** Format: int32 */
            totalPages?: number;
        };
        ProductPage: {
            /** @description The parts of this page that are missing or stale. */
            degraded: components["schemas"]["Degraded"][];
            product: components["schemas"]["Product"];
            /** @description Related products; null if unavailable. */
            related: components["schemas"]["Product"][] | null;
            /** @description The newest reviews; null if unavailable. */
            reviews: components["schemas"]["Review"][] | null;
        };
        ProductPageFields: {
            /** @description The parts of this page that are missing or stale. */
            degraded?: components["schemas"]["DegradedFields"][];
            product?: components["schemas"]["ProductFields"];
            /** @description Related products; null if unavailable. */
            related?: components["schemas"]["ProductFields"][] | null;
            /** @description The newest reviews; null if unavailable. */
            reviews?: components["schemas"]["ReviewFields"][] | null;
        };
        RefreshInput: {
            refreshToken: string;
        };
        RegisterInput: {
            /** Format: email */
            email: string;
            name: string;
            password: string;
        };
        ReportRequest: {
            year: number;
        };
        Review: {
            /** @description The display name of the author. */
            authorName: string;
            id: string;
            /**
             * Format: int32
             * @description 1 to 5.
             */
            rating: number;
            text: string;
            /** Format: date-time */
            writtenAt: string;
        };
        ReviewFields: {
            /** @description The display name of the author. */
            authorName?: string;
            id?: string;
            /**
             * Format: int32
             * @description 1 to 5.
             */
            rating?: number;
            text?: string;
            /** Format: date-time */
            writtenAt?: string;
        };
        Session: {
            /** @description The IP address it was opened from. */
            address: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it expires unless it is used.
             */
            expiresAt: string;
            id: string;
            /** @description Whether the request was made with it. */
            isCurrent: boolean;
            kind: components["schemas"]["SessionKind"];
            /** Format: date-time */
            usedAt: string;
            /** @description The `User-Agent` of the client; may be empty. */
            userAgent: string;
        };
        SessionFields: {
            /** @description The IP address it was opened from. */
            address?: string;
            /** Format: date-time */
            createdAt?: string;
            /**
             * Format: date-time
             * @description When it expires unless it is used.
             */
            expiresAt?: string;
            id?: string;
            /** @description Whether the request was made with it. */
            isCurrent?: boolean;
            kind?: components["schemas"]["SessionKind"];
            /** Format: date-time */
            usedAt?: string;
            /** @description The `User-Agent` of the client; may be empty. */
            userAgent?: string;
        };
        /** @enum {string} */
        SessionKind: "APP" | "BROWSER";
        SessionList: {
            items: components["schemas"]["Session"][];
            /** @description `after` of the next page; null on the last. */
            nextCursor: string | null;
        };
        SessionListFields: {
            items?: components["schemas"]["SessionFields"][];
            /** @description `after` of the next page; null on the last. */
            nextCursor?: string | null;
        };
        /** @description A message of the operators. */
        StreamBroadcastData: {
            message: string;
        };
        /** @description The last event: `client`, `complete`, `error`, `overflow`, `shutdown`, `operator`, `expired`, `rights`, `logout`, `logout-all`, `password`, `account`, `reuse`, `provider`, `limit`, `revoked`, `lapsed`, or the code of the error of an upstream. */
        StreamEndData: {
            reason: string;
        };
        StreamEndEvent: {
            data: components["schemas"]["StreamEndData"];
            /** @enum {string} */
            event: "end";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
            retry?: number;
        };
        /** @description The last event to a client that reads too slowly. */
        StreamOverflowData: {
            heldBytes: number;
        };
        StreamOverflowEvent: {
            data: components["schemas"]["StreamOverflowData"];
            /** @enum {string} */
            event: "overflow";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
            retry?: number;
        };
        /** @description The last event: the gateway stops. Reconnect after `retry` milliseconds. */
        StreamShutdownData: Record<string, never>;
        StreamShutdownEvent: {
            data: components["schemas"]["StreamShutdownData"];
            /** @enum {string} */
            event: "shutdown";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
            retry?: number;
        };
        SystemBreakerChangedData: {
            method: string;
            state: string;
            upstream: string;
        };
        SystemBreakerChangedEvent: {
            data: components["schemas"]["SystemBreakerChangedData"];
            /** @enum {string} */
            event: "breaker.changed";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        SystemEvent: components["schemas"]["SystemStatusEvent"] | components["schemas"]["SystemBreakerChangedEvent"] | components["schemas"]["SystemGapEvent"] | components["schemas"]["StreamEndEvent"] | components["schemas"]["StreamOverflowEvent"] | components["schemas"]["StreamShutdownEvent"];
        SystemGapData: {
            /** @description Events after this one may be missing. */
            lastEventId?: string;
        };
        SystemGapEvent: {
            data: components["schemas"]["SystemGapData"];
            /** @enum {string} */
            event: "gap";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        SystemStatusData: {
            breakers: {
                method: string;
                /** @enum {string} */
                state: "CLOSED" | "OPEN" | "HALF_OPEN" | "RAMPING";
                upstream: string;
            }[];
            cpu: {
                cores: number;
            };
            eventLoop: {
                maxDelayMs?: number;
                p99DelayMs?: number;
                utilization: number;
            };
            gateway: string;
            memory: {
                heapLimitBytes: number;
                heapUsedBytes: number;
                rssBytes: number;
            };
            requests: {
                inFlight: number;
                queued: number;
            };
            streams: {
                byRoute: {
                    [key: string]: number;
                };
                open: number;
            };
            uptimeSeconds: number;
        };
        SystemStatusEvent: {
            data: components["schemas"]["SystemStatusData"];
            /** @enum {string} */
            event: "status";
            /** @description To resume after this event; absent if it cannot. */
            id?: string;
        };
        Tokens: {
            accessToken: string;
            /**
             * Format: int32
             * @description How long the access token lives, in seconds.
             */
            expiresIn: number;
            /** @description Can be exchanged once for the next pair. */
            refreshToken: string;
            /** @description `Bearer` (RFC 6750), or `DPoP` where they are bound to a key (RFC 9449). */
            tokenType: string;
        };
        TokensFields: {
            accessToken?: string;
            /**
             * Format: int32
             * @description How long the access token lives, in seconds.
             */
            expiresIn?: number;
            /** @description Can be exchanged once for the next pair. */
            refreshToken?: string;
            /** @description `Bearer` (RFC 6750), or `DPoP` where they are bound to a key (RFC 9449). */
            tokenType?: string;
        };
        UpdateProfileInput: {
            avatarUrl?: string | null;
            name?: string;
        };
        Upload: {
            /**
             * Format: date-time
             * @description When it is deleted, unless it was used.
             */
            expiresAt: string;
            id: string;
            /** @description Whether the file was received and inspected, and can be used. */
            isComplete: boolean;
            /** @description The size of the whole file in bytes, once it is known. */
            length: number | null;
            /** @description How many bytes were received. */
            offset: number;
            /** @description The media type: as found once it is complete, before as declared. */
            type: string | null;
        };
        UploadFields: {
            /**
             * Format: date-time
             * @description When it is deleted, unless it was used.
             */
            expiresAt?: string;
            id?: string;
            /** @description Whether the file was received and inspected, and can be used. */
            isComplete?: boolean;
            /** @description The size of the whole file in bytes, once it is known. */
            length?: number | null;
            /** @description How many bytes were received. */
            offset?: number;
            /** @description The media type: as found once it is complete, before as declared. */
            type?: string | null;
        };
        User: {
            avatarUrl: string | null;
            email: string;
            id: string;
            name: string;
        };
        UserFields: {
            avatarUrl?: string | null;
            email?: string;
            id?: string;
            name?: string;
        };
        WriteReviewBody: {
            rating: number;
            text: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type ActivityActivityData = components['schemas']['ActivityActivityData'];
export type ActivityActivityEvent = components['schemas']['ActivityActivityEvent'];
export type ActivityEvent = components['schemas']['ActivityEvent'];
export type ActivityGapData = components['schemas']['ActivityGapData'];
export type ActivityGapEvent = components['schemas']['ActivityGapEvent'];
export type Attachment = components['schemas']['Attachment'];
export type AttachmentBody = components['schemas']['AttachmentBody'];
export type AttachmentFields = components['schemas']['AttachmentFields'];
export type AttachmentList = components['schemas']['AttachmentList'];
export type AttachmentListFields = components['schemas']['AttachmentListFields'];
export type Avatar = components['schemas']['Avatar'];
export type AvatarBody = components['schemas']['AvatarBody'];
export type AvatarFields = components['schemas']['AvatarFields'];
export type BestSeller = components['schemas']['BestSeller'];
export type BestSellerFields = components['schemas']['BestSellerFields'];
export type BestSellers = components['schemas']['BestSellers'];
export type BestSellersFields = components['schemas']['BestSellersFields'];
export type BrowserLogout = components['schemas']['BrowserLogout'];
export type BrowserLogoutFields = components['schemas']['BrowserLogoutFields'];
export type BrowserSession = components['schemas']['BrowserSession'];
export type BrowserSessionFields = components['schemas']['BrowserSessionFields'];
export type ChangePasswordInput = components['schemas']['ChangePasswordInput'];
export type ChatBody = components['schemas']['ChatBody'];
export type ChatDegradedData = components['schemas']['ChatDegradedData'];
export type ChatMessageData = components['schemas']['ChatMessageData'];
export type ClockEvent = components['schemas']['ClockEvent'];
export type ClockTickData = components['schemas']['ClockTickData'];
export type ClockTickEvent = components['schemas']['ClockTickEvent'];
export type Degraded = components['schemas']['Degraded'];
export type DegradedFields = components['schemas']['DegradedFields'];
export type DegradedReason = components['schemas']['DegradedReason'];
export type ExportedOrder = components['schemas']['ExportedOrder'];
export type GraphqlRefusal = components['schemas']['GraphqlRefusal'];
export type GraphqlRequest = components['schemas']['GraphqlRequest'];
export type GraphqlResponse = components['schemas']['GraphqlResponse'];
export type Home = components['schemas']['Home'];
export type HomeFields = components['schemas']['HomeFields'];
export type Job = components['schemas']['Job'];
export type JobEvent = components['schemas']['JobEvent'];
export type JobFailure = components['schemas']['JobFailure'];
export type JobFailureFields = components['schemas']['JobFailureFields'];
export type JobFields = components['schemas']['JobFields'];
export type JobList = components['schemas']['JobList'];
export type JobListFields = components['schemas']['JobListFields'];
export type JobProgress = components['schemas']['JobProgress'];
export type JobProgressEvent = components['schemas']['JobProgressEvent'];
export type JobProgressFields = components['schemas']['JobProgressFields'];
export type JobState = components['schemas']['JobState'];
export type JobStateEvent = components['schemas']['JobStateEvent'];
export type LoginInput = components['schemas']['LoginInput'];
export type Money = components['schemas']['Money'];
export type MoneyFields = components['schemas']['MoneyFields'];
export type NotificationEvent = components['schemas']['NotificationEvent'];
export type NotificationGapData = components['schemas']['NotificationGapData'];
export type NotificationGapEvent = components['schemas']['NotificationGapEvent'];
export type NotificationJobEndedData = components['schemas']['NotificationJobEndedData'];
export type NotificationJobEndedEvent = components['schemas']['NotificationJobEndedEvent'];
export type NotificationOrderMovedData = components['schemas']['NotificationOrderMovedData'];
export type NotificationOrderMovedEvent = components['schemas']['NotificationOrderMovedEvent'];
export type NotificationOrderPlacedData = components['schemas']['NotificationOrderPlacedData'];
export type NotificationOrderPlacedEvent = components['schemas']['NotificationOrderPlacedEvent'];
export type NotificationOrdersDigestData = components['schemas']['NotificationOrdersDigestData'];
export type NotificationOrdersDigestEvent = components['schemas']['NotificationOrdersDigestEvent'];
export type Order = components['schemas']['Order'];
export type OrderDegradedEvent = components['schemas']['OrderDegradedEvent'];
export type OrderEvent = components['schemas']['OrderEvent'];
export type OrderExportBody = components['schemas']['OrderExportBody'];
export type OrderFields = components['schemas']['OrderFields'];
export type OrderLine = components['schemas']['OrderLine'];
export type OrderLineFields = components['schemas']['OrderLineFields'];
export type OrderList = components['schemas']['OrderList'];
export type OrderListFields = components['schemas']['OrderListFields'];
export type OrderPage = components['schemas']['OrderPage'];
export type OrderPageFields = components['schemas']['OrderPageFields'];
export type OrderProgress = components['schemas']['OrderProgress'];
export type OrderRestoredData = components['schemas']['OrderRestoredData'];
export type OrderRestoredEvent = components['schemas']['OrderRestoredEvent'];
export type OrderStatus = components['schemas']['OrderStatus'];
export type OrderStatusEvent = components['schemas']['OrderStatusEvent'];
export type PlaceOrderBody = components['schemas']['PlaceOrderBody'];
export type Problem = components['schemas']['Problem'];
export type Product = components['schemas']['Product'];
export type ProductFields = components['schemas']['ProductFields'];
export type ProductImageBody = components['schemas']['ProductImageBody'];
export type ProductList = components['schemas']['ProductList'];
export type ProductListFields = components['schemas']['ProductListFields'];
export type ProductPage = components['schemas']['ProductPage'];
export type ProductPageFields = components['schemas']['ProductPageFields'];
export type RefreshInput = components['schemas']['RefreshInput'];
export type RegisterInput = components['schemas']['RegisterInput'];
export type ReportRequest = components['schemas']['ReportRequest'];
export type Review = components['schemas']['Review'];
export type ReviewFields = components['schemas']['ReviewFields'];
export type Session = components['schemas']['Session'];
export type SessionFields = components['schemas']['SessionFields'];
export type SessionKind = components['schemas']['SessionKind'];
export type SessionList = components['schemas']['SessionList'];
export type SessionListFields = components['schemas']['SessionListFields'];
export type StreamBroadcastData = components['schemas']['StreamBroadcastData'];
export type StreamEndData = components['schemas']['StreamEndData'];
export type StreamEndEvent = components['schemas']['StreamEndEvent'];
export type StreamOverflowData = components['schemas']['StreamOverflowData'];
export type StreamOverflowEvent = components['schemas']['StreamOverflowEvent'];
export type StreamShutdownData = components['schemas']['StreamShutdownData'];
export type StreamShutdownEvent = components['schemas']['StreamShutdownEvent'];
export type SystemBreakerChangedData = components['schemas']['SystemBreakerChangedData'];
export type SystemBreakerChangedEvent = components['schemas']['SystemBreakerChangedEvent'];
export type SystemEvent = components['schemas']['SystemEvent'];
export type SystemGapData = components['schemas']['SystemGapData'];
export type SystemGapEvent = components['schemas']['SystemGapEvent'];
export type SystemStatusData = components['schemas']['SystemStatusData'];
export type SystemStatusEvent = components['schemas']['SystemStatusEvent'];
export type Tokens = components['schemas']['Tokens'];
export type TokensFields = components['schemas']['TokensFields'];
export type UpdateProfileInput = components['schemas']['UpdateProfileInput'];
export type Upload = components['schemas']['Upload'];
export type UploadFields = components['schemas']['UploadFields'];
export type User = components['schemas']['User'];
export type UserFields = components['schemas']['UserFields'];
export type WriteReviewBody = components['schemas']['WriteReviewBody'];
